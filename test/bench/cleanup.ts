/** What a bench has opened, closed in reverse order, whatever happens in between. */
export class Cleanup {
  readonly #steps: (() => unknown)[] = [];
  #done: Promise<void> | undefined;

  /** Remembers how to close something. What is opened after the end, by work that goes on, is closed at once. */
  add(step: () => unknown): void {
    if (this.#done) void close(step);
    else this.#steps.push(step);
  }

  /** Closes all of it, the newest first; what cannot be closed is told and does not keep the others. */
  run(): Promise<void> {
    this.#done ??= this.#run();
    return this.#done;
  }

  async #run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) await close(step);
  }
}

async function close(step: () => unknown): Promise<void> {
  try {
    await step();
  } catch (error) {
    console.error("could not be cleaned up:", error);
  }
}
