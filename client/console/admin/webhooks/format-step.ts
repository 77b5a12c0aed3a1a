import type { StatisticsSpan } from "../../api/webhooks.ts";

/** When a step of the figures begins: an hour in the device's time zone, or a day, which is one of UTC. */
export function formatStep(at: string, span: StatisticsSpan, language: string): string {
  return new Intl.DateTimeFormat(
    language,
    span === "day"
      ? { weekday: "short", hour: "2-digit", minute: "2-digit" }
      : { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" },
  ).format(new Date(at));
}
