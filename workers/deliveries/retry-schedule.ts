/** Seconds until the next attempt after the first, second, … failure; after the last one the delivery is dropped. */
const DELAYS_S = [30, 5 * 60, 3600, 6 * 3600, 24 * 3600];
const JITTER = 0.1;
/** What a receiver may ask for at most: it must not be able to put a delivery off for years. */
const LONGEST_RETRY_AFTER_S = 24 * 3600;

/**
 * Seconds to wait after the `attempt`-th attempt failed (1 for the first), or null when there is no further one.
 * Later by up to 10 % at random, never earlier; `Retry-After` can only lengthen the wait, to a day at most.
 */
export function retryDelay(
  attempt: number,
  retryAfter_s: number | null,
  random: () => number = Math.random,
): number | null {
  const delay = DELAYS_S[attempt - 1];
  if (delay === undefined) return null;
  return Math.max(delay * (1 + JITTER * random()), Math.min(retryAfter_s ?? 0, LONGEST_RETRY_AFTER_S));
}
