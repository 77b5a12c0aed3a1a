const POLL_MS = 20;

/**
 * Waits until `look` gives something other than undefined, null or false, and returns it. Throws after `limit_ms` with
 * `what` and the last error that `look` threw.
 */
export async function waitFor<T>(
  what: string,
  look: () => T | Promise<T>,
  limit_ms = 10_000,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + limit_ms;
  let last: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== null && found !== false) {
        return found as Exclude<T, undefined | null | false>;
      }
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`waited ${limit_ms} ms in vain for ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
