import type { Configuration } from "../configuration/configuration.ts";
import { toTimestamp } from "../contract/common.ts";
import { AppError } from "../contract/errors.ts";
import { nextMonth } from "../contract/usage-period.ts";
import { beforeCommit, type Transaction } from "../database/database.ts";
import { addMinutes, addSession } from "../database/usage-counters.ts";
import type { SessionRow } from "../resources/session-resource.ts";

/*
 * Counting is put off to the end of the transaction, after the audit entry: the counter's row is then only ever locked by
 * whoever holds the lock of the organization's audit log, and held for one statement more. So counting lets nobody wait
 * who would not have waited for the log, and no two transactions can wait for each other.
 */

/**
 * Counts a session that was just made, in the month of its creation. The transaction ends with `quota_exceeded` when it is
 * one too many, or when minutes or storage are used up already.
 */
export async function countSession(
  { quotas }: Pick<Configuration, "quotas">,
  transaction: Transaction,
  session: Pick<SessionRow, "org_id" | "mode" | "created_at">,
): Promise<void> {
  beforeCommit(transaction, async () => refuseExcess(quotas, session, await addSession(transaction, session)));
}

function refuseExcess(
  quotas: Configuration["quotas"],
  session: Pick<SessionRow, "created_at">,
  used: Awaited<ReturnType<typeof addSession>>,
): void {
  const again = toTimestamp(nextMonth(session.created_at));
  const sessions = used.quota_sessions_per_month ?? quotas.sessions_per_month;
  if (sessions !== null && used.sessions > sessions) {
    throw exceeded("sessions_per_month", `${sessions} sessions per month`, `It starts again at ${again}.`);
  }
  const minutes = used.quota_minutes_per_month ?? quotas.minutes_per_month;
  if (minutes !== null && (used.minutes ?? 0) >= minutes) {
    throw exceeded("minutes_per_month", `${minutes} minutes per month`, `It starts again at ${again}.`);
  }
  const storage = used.quota_storage_bytes ?? quotas.storage_bytes;
  if (storage !== null && (used.storage_bytes ?? 0) >= storage) {
    throw exceeded("storage_bytes", `${storage} bytes of storage`, "It does not start again by itself.");
  }
}

function exceeded(param: string, allowed: string, again: string): AppError {
  return new AppError("quota_exceeded", `The organization's quota of ${allowed} is used up. ${again}`, { param });
}

/** Counts the length of a call that has just ended, from its start, in minutes rounded up, in the month of its end. */
export async function countCall(transaction: Transaction, session: SessionRow): Promise<void> {
  const { started_at, completed_at } = session;
  if (!started_at || !completed_at) return;
  const minutes = Math.ceil((completed_at.getTime() - started_at.getTime()) / 60_000);
  beforeCommit(transaction, () => addMinutes(transaction, { ...session, ended_at: completed_at }, minutes));
}
