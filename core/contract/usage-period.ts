/** The period of what is counted in all, not by the month. */
export const ALL_TIME = "total";

/** The calendar month in UTC that a moment is in: `2026-05`. */
export function monthOf(moment: Date): string {
  return moment.toISOString().slice(0, 7);
}

/** When the next calendar month in UTC begins: what is counted by the month then starts again. */
export function nextMonth(moment: Date): Date {
  return new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + 1, 1));
}
