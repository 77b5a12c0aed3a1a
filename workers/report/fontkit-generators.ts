/** Where a generator function that was compiled away stands: `next` is the step to go on with. */
interface Steps {
  prev: number;
  next: number;
  stop(): void;
}

/** Runs such a function, which is called again for each value that it yields. */
function* runSteps(step: (context: Steps) => unknown): Generator<unknown> {
  let done = false;
  const context: Steps = {
    prev: 0,
    next: 0,
    stop: () => {
      done = true;
    },
  };
  for (;;) {
    const value = step(context);
    if (done) return;
    yield value;
  }
}

// `@pdf-lib/fontkit` shapes Devanagari by one generator function whose runtime, Babel's `regeneratorRuntime`, it expects
// to be there and does not bring. This is what that function uses of it.
Object.assign(globalThis, { regeneratorRuntime: { mark: (made: unknown) => made, wrap: runSteps } });
