/**
 * Makes a gate through which at most `limit` tasks go at once; the others wait in the order they came.
 * A task that fails frees its place.
 */
export function limitConcurrency(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  let free = limit;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((admit) => waiting.push(admit));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      // The place is handed on directly, so that nobody who comes in between can take it.
      if (next === undefined) free += 1;
      else next();
    }
  };
}
