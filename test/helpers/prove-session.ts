import { loadSessionProof, type SessionProof } from "@nexbasira/core/audit/load-session-proof.ts";
import { makeCheckpoint } from "@nexbasira/core/audit/make-checkpoint.ts";
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { Installation } from "./installation.ts";

/** Makes the checkpoint of a session's end, which no authority anchors, and the proof of its entries by that. */
export async function proveSession(installation: Installation, sessionId: string): Promise<SessionProof> {
  const { database } = installation.testDatabase;
  const configuration = readConfiguration(installation.environment);
  const session = await findSession(database, sessionId);
  if (!session) throw new Error("the session is gone");
  const ignore = () => {};
  // Without authorities nothing is put into it.
  const jobs = new JobQueue({ databaseUrl: installation.testDatabase.url, works: false, onError: ignore });
  const of = { session_id: sessionId, reason: "end" } as const;
  await makeCheckpoint({ database, jobs, configuration, authorities: [] }, session.org_id, of);
  const proof = await loadSessionProof(database, session);
  if (!proof) throw new Error("the session has no checkpoint");
  return proof;
}
