import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { advanceEvidenceFile, findEvidenceFile } from "@nexbasira/core/database/evidence-files.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { addStoredBytes } from "@nexbasira/core/database/usage-counters.ts";
import { recordEvent } from "@nexbasira/core/events/record-event.ts";
import { loadEvidenceFile } from "@nexbasira/core/resources/load-evidence-file.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import { signPdf } from "./sign-pdf.ts";
import type { TimeStampSources } from "./time-stamp-client.ts";

export interface SigningContext {
  database: Database;
  storage: Storage;
  links: Links;
  /** The organization's evidence-signing key and the authorities that stamp its signatures. */
  key: SigningKey;
  timeStamps: TimeStampSources;
  /** Whether both are the development authority's. */
  development: boolean;
}

/**
 * Signs a session's assembled report and announces it by `signature.completed`. Runs twice with one result: a second
 * signature of a run that was killed is thrown away unseen.
 */
export async function signEvidence(context: SigningContext, sessionId: string): Promise<void> {
  const { database, storage, links } = context;
  const file = await findEvidenceFile(database, sessionId);
  if (file?.status !== "signing") return;
  const session = await findSession(database, sessionId);
  if (!session || !file.report_key) throw new Permanent("there is no report to sign");
  const signed = await signPdf({
    pdf: await storage.read(file.report_key),
    key: context.key,
    timeStamp: context.timeStamps[0],
    field: {
      name: "NexBasira",
      reason: `Evidence of session ${session.id}`,
      location: null,
      contactInfo: null,
    },
    signedAt: new Date(),
  });
  const pdf = await storage.put(signed.pdf);
  await inTransaction(database, async (transaction) => {
    const ready = await advanceEvidenceFile(transaction, sessionId, "signing", {
      status: "ready",
      progress: 1,
      pdf_key: pdf.key,
      pdf_sha256: pdf.sha256,
      pdf_size: pdf.size,
      signature_id: newId("signature"),
      baseline: signed.baseline,
      signed_at: signed.signedAt,
      timestamp_authority: signed.timeStampAuthority,
      development: context.development,
    });
    if (!ready) return;
    await recordEvent(transaction, {
      org_id: session.org_id,
      session_id: session.id,
      type: "signature.completed",
      data: await loadEvidenceFile(transaction, links, session),
      actor: { type: "system", id: "signing" },
      object: { type: "evidence_file", id: session.id },
      object_hash: pdf.sha256,
    });
    await addStoredBytes(transaction, session.id, pdf.size);
  });
}
