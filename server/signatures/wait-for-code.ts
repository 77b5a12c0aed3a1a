import type { Database } from "@nexbasira/core/database/database.ts";
import { findNewestCode, listCodeTimes } from "@nexbasira/core/database/signature-codes.ts";
import type { CodePurpose } from "./send-code.ts";

/** Between two codes; one that could not be sent is not waited for. */
const BETWEEN_MS = 30_000;
/** For one session, of either purpose: at five tries each, guessing one right has a chance of 1 in 20,000 a day. */
const LIMITS = [
  { codes: 5, within_ms: 3600_000 },
  { codes: 10, within_ms: 24 * 3600_000 },
];

/** How long until another code may be sent, in milliseconds; 0 for now. */
export async function waitForCode(
  database: Database,
  sessionId: string,
  purpose: CodePurpose["purpose"],
): Promise<number> {
  const newest = await findNewestCode(database, sessionId, purpose);
  const times = await listCodeTimes(database, sessionId);
  const free = LIMITS.map(({ codes, within_ms }) => (times[codes - 1]?.getTime() ?? 0) + within_ms);
  if (newest && !newest.problem) free.push(newest.created_at.getTime() + BETWEEN_MS);
  return Math.max(0, ...free.map((at) => at - Date.now()));
}
