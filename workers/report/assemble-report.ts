import { type HandOnContext, handOnReport } from "@nexbasira/core/actions/hand-on-report.ts";
import { saveBoard } from "@nexbasira/core/actions/save-board.ts";
import { loadSessionProof } from "@nexbasira/core/audit/load-session-proof.ts";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import { listMissingCaptures } from "@nexbasira/core/database/announced-captures.ts";
import { listUnfinishedClips } from "@nexbasira/core/database/clips.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { findEvidenceFile } from "@nexbasira/core/database/evidence-files.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { listWhiteboards } from "@nexbasira/core/database/whiteboards.ts";
import type { ImageSource } from "@nexbasira/core/images/detect-media-type.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import { isMissingFile } from "@nexbasira/core/storage/is-missing-file.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import { readContent } from "@nexbasira/core/storage/stored-content.ts";
import { checkpointSession } from "../anchoring/checkpoint-session.ts";
import type { AnchoringContext } from "../anchoring/context.ts";
import { buildReport } from "./build-report.ts";
import { loadReportModel } from "./load-report-model.ts";
import type { ReportFiles } from "./report-model.ts";

export interface ReportContext extends AnchoringContext {
  configuration: AnchoringContext["configuration"] & HandOnContext["configuration"];
  storage: Storage;
  links: Links;
  /** Whether the development authority will sign it. */
  developmentAuthority: boolean;
}

/** How long after the end the report waits for what a phone has announced and not yet sent. */
const LATE_CAPTURES_MS = 60_000;
const LOOK_AGAIN_S = 3;

/**
 * Assembles a session's report and hands it on to be signed. It waits a while for captures that are still on their way
 * and for clips being cut; what has not come by then is named in the report as missing. The log's checkpoint, by which the
 * report proves the session's entries, is made just before. Runs twice with one result:
 * only the first to finish moves the evidence file on.
 */
export async function assembleReport(context: ReportContext, sessionId: string): Promise<void> {
  const { database, jobs, storage } = context;
  const file = await findEvidenceFile(database, sessionId);
  if (file?.status !== "report") return;
  const session = await findSession(database, sessionId);
  if (!session) throw new Permanent("the session is gone");
  if (await isWaiting(database, session)) {
    await inTransaction(database, (transaction) =>
      jobs.enqueue(transaction, "assemble-report", { session_id: sessionId }, { delay_s: LOOK_AGAIN_S }),
    );
    return;
  }
  for (const board of await listWhiteboards(database, sessionId)) await saveBoard(context, board);
  await checkpointSession(context, session);
  const proof = await loadSessionProof(database, session);
  if (!proof) throw new Error("the audit log has no checkpoint of the session");
  const model = await loadReportModel(context, session, proof);
  const report = await storage.put(await buildReport(model, reportFiles(storage)));
  await inTransaction(database, (transaction) =>
    handOnReport(context, transaction, session, { ...report, audit_chain_hash: model.audit_chain_hash }),
  );
}

async function isWaiting(database: Database, session: SessionRow): Promise<boolean> {
  const sinceEnd = Date.now() - (session.completed_at?.getTime() ?? 0);
  if (sinceEnd > LATE_CAPTURES_MS) return false;
  const missing = await listMissingCaptures(database, session.id);
  return missing.length > 0 || (await listUnfinishedClips(database, session.id)).length > 0;
}

/** By its path, so that not more of it is in memory than has to be; where it is encrypted, its bytes. */
async function openPicture(storage: Storage, key: string): Promise<ImageSource> {
  const content = await storage.open(key);
  try {
    return content.path ?? (await readContent(content));
  } finally {
    await content.close();
  }
}

function reportFiles(storage: Storage): ReportFiles {
  const orMissing = <T>(look: Promise<T>) =>
    look.catch((error: unknown) => {
      if (isMissingFile(error)) return undefined;
      throw error;
    });
  return {
    openPicture: (key) => orMissing(openPicture(storage, key)),
    openDrawing: async (key) => (await orMissing(storage.read(key)))?.toString(),
  };
}
