import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { type Database, inTransaction, type Transaction } from "@nexbasira/core/database/database.ts";
import { findEvidenceFile, replaceEvidenceFile } from "@nexbasira/core/database/evidence-files.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import { noteFileToCome } from "@nexbasira/core/database/retention.ts";
import { addStoredBytes } from "@nexbasira/core/database/usage-counters.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import type { Storage, StoredFile } from "@nexbasira/core/storage/storage.ts";
import { type AugmentedPdf, augmentPdf } from "./augment-pdf.ts";
import type { GuardedWay } from "./fetch-limited.ts";
import { storePdf, withStoredPdf } from "./pdf-source.ts";
import type { TimeStampSources } from "./time-stamp-client.ts";

export interface UpgradeContext {
  database: Database;
  jobs: JobQueue;
  log: Logger;
  storage: Storage;
  timeStamps: TimeStampSources;
  certificateWay: GuardedWay;
}

const DAY_MS = 24 * 3600_000;
/** A document time stamp is renewed when its certificate has less than this left. */
export const RENEW_BEFORE_MS = 90 * DAY_MS;

/** Seconds before each attempt after the signing; from then on it is looked for once a day. */
const DELAYS_S = [30, 60, 300, 1800, 7200, 21_600, 43_200];

const BASELINES = ["B-B", "B-T", "B-LT", "B-LTA"];

type EvidenceFileRow = NonNullable<Awaited<ReturnType<typeof findEvidenceFile>>>;

/** Has a signed file upgraded once that may succeed; does nothing where all the attempts of the first day were made. */
export async function enqueueUpgrade(
  jobs: JobQueue,
  transaction: Transaction,
  sessionId: string,
  attempt: number,
): Promise<void> {
  const delay_s = DELAYS_S[attempt - 1];
  if (delay_s === undefined) return;
  await jobs.enqueue(transaction, "upgrade-signature", { session_id: sessionId, attempt }, { delay_s });
}

/** The same at once, and just once. */
export function enqueueSingleUpgrade(jobs: JobQueue, transaction: Transaction, sessionId: string): Promise<void> {
  return jobs.enqueue(transaction, "upgrade-signature", { session_id: sessionId, attempt: DELAYS_S.length });
}

/**
 * Brings a signed file nearer to B-LTA, or renews its document time stamp, by increments: the bytes that were delivered
 * stay the first of the new file. Row and audit entry are written in one transaction, only where something was gained;
 * where something still lacks, the next attempt is enqueued with it. Runs twice with one result.
 *
 * @throws Permanent where a certificate was revoked before it was used
 */
export async function upgradeSignature(
  context: UpgradeContext,
  { session_id, attempt }: { session_id: string; attempt: number },
): Promise<void> {
  const { database, jobs, log, storage } = context;
  const file = await findEvidenceFile(database, session_id);
  if (file?.status !== "ready" || !file.pdf_key || !isDue(file)) return;
  const { augmented, stored } = await withStoredPdf(storage, file.pdf_key, async (pdf) => {
    const result = await augmentPdf(pdf, context);
    return {
      augmented: result,
      stored: isGain(file, result) ? await storePdf(storage, result.pdf, (key) => noteFileToCome(database, key)) : null,
    };
  });
  if (augmented.problems.length > 0) log.warn({ session_id, attempt, problems: augmented.problems }, "below B-LTA");
  await inTransaction(database, async (transaction) => {
    if (stored && !(await replace(transaction, file, stored, augmented))) return;
    if (augmented.baseline !== "B-LTA") await enqueueUpgrade(jobs, transaction, session_id, attempt + 1);
  });
}

function isDue({ baseline, timestamp_expires_at }: EvidenceFileRow): boolean {
  return baseline !== "B-LTA" || (timestamp_expires_at?.getTime() ?? 0) < Date.now() + RENEW_BEFORE_MS;
}

/** A new time stamp whose certificate ends when the old one's does gains nothing: the authority has no newer one yet. */
function isGain({ baseline, timestamp_expires_at }: EvidenceFileRow, augmented: AugmentedPdf): boolean {
  const [levelBefore, level] = [BASELINES.indexOf(baseline ?? "B-B"), BASELINES.indexOf(augmented.baseline)];
  if (level !== levelBefore) return level > levelBefore;
  const [before, after] = [timestamp_expires_at?.getTime() ?? 0, augmented.timeStampExpiresAt?.getTime() ?? 0];
  return after > before;
}

async function replace(
  transaction: Transaction,
  { session_id, org_id, pdf_key, pdf_sha256, pdf_size, baseline, timestamp_authority }: EvidenceFileRow,
  stored: StoredFile,
  augmented: AugmentedPdf,
): Promise<boolean> {
  const replaced = await replaceEvidenceFile(
    transaction,
    { session_id, pdf_key: pdf_key ?? "" },
    {
      pdf_key: stored.key,
      pdf_sha256: stored.sha256,
      pdf_size: stored.size,
      baseline: augmented.baseline,
      timestamp_authority: timestamp_authority ?? augmented.timeStampAuthority,
      timestamp_expires_at: augmented.timeStampExpiresAt,
    },
  );
  if (!replaced) return false;
  await appendAuditEntry(transaction, org_id, {
    actor: { type: "system", id: "signing" },
    action: "evidence_file.upgraded",
    session_id,
    object: { type: "evidence_file", id: session_id },
    object_hash: stored.sha256,
    details: {
      previous_sha256: pdf_sha256,
      previous_size: pdf_size,
      previous_baseline: baseline,
      size: stored.size,
      baseline: augmented.baseline,
    },
  });
  await addStoredBytes(transaction, session_id, stored.size - (pdf_size ?? 0));
  await notifySession(transaction, { org_id, session_id, type: "progress", object_id: null });
  return true;
}
