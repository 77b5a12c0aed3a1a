const FIRST_MS = 250;
const LONGEST_MS = 2_000;
/** Each wait is by a fifth longer than the one before: no try comes later than a fifth of the time that has passed. */
const GROWTH = 1.2;

/**
 * How long to wait before the next try, in ms, after so many that failed. Short on purpose: both sides have to see each
 * other again within seconds of a restart. `random` (0 to 1) spreads the clients of a restarted node over ±20 %.
 */
export function reconnectDelay(failures: number, random: number): number {
  const delay = Math.min(LONGEST_MS, FIRST_MS * GROWTH ** failures);
  return Math.round(delay * (0.8 + 0.4 * random));
}
