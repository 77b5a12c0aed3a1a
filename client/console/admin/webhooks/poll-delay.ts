import type { WebhookEvent } from "@nexbasira/core/contract/webhook.ts";

const SOON_MS = 1_500;
/** Times are told to the second: what is due at one may go out at its end. */
const SECOND_MS = 1_000;
/** What is due for a minute waits for something else than its time. */
const LATE_MS = 60_000;
const SELDOM_MS = 10_000;
const AT_MOST_MS = 5 * 60_000;

type Waiting = Pick<WebhookEvent, "status" | "next_attempt_at">;

/**
 * When deliveries are to be read again, in milliseconds from `now`: when the next of them is due. False where none is on
 * its way, or nothing is sent at present.
 */
export function pollDelay(
  deliveries: readonly Waiting[],
  { active, now }: { active: boolean; now: number },
): number | false {
  if (!active) return false;
  const delays = deliveries
    .filter(({ status }) => status === "pending" || status === "failed")
    .map(({ next_attempt_at }) => delayUntil(next_attempt_at === null ? now : Date.parse(next_attempt_at), now));
  return delays.length === 0 ? false : Math.min(...delays);
}

function delayUntil(due: number, now: number): number {
  if (now - due > LATE_MS) return SELDOM_MS;
  return Math.min(Math.max(due - now + SECOND_MS, SOON_MS), AT_MOST_MS);
}
