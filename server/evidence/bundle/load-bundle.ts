import { loadSessionProof } from "@nexbasira/core/audit/load-session-proof.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { MANIFEST_NAME } from "@nexbasira/core/contract/evidence-manifest.ts";
import { listChatMessages } from "@nexbasira/core/database/chat-messages.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { findEvidenceFile } from "@nexbasira/core/database/evidence-files.ts";
import { listEvidenceItems } from "@nexbasira/core/database/evidence-items.ts";
import { findOrganization } from "@nexbasira/core/database/organizations.ts";
import { findParticipantSignature } from "@nexbasira/core/database/participant-signatures.ts";
import { findSessionRecording } from "@nexbasira/core/database/recordings.ts";
import type { EvidenceFileRow } from "@nexbasira/core/resources/evidence-file-resource.ts";
import { toEvidenceManifest } from "@nexbasira/core/resources/evidence-manifest.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import { isMissingFile } from "@nexbasira/core/storage/is-missing-file.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import { findCertificates } from "./find-certificates.ts";
import { type BundledFile, layOutBundle, type MadeFile } from "./lay-out-bundle.ts";
import { writeReadme } from "./write-readme.ts";

export interface Bundle {
  stored: BundledFile[];
  made: MadeFile[];
  /** Of the signed PDF, as long as there was one. */
  documentSha256: string | null;
  /** How many files the session had and the bundle lacks. */
  absent: number;
}

/** What signing adds to a report is a few hundred kilobytes. */
const MOST_INCREMENTS = 16_000_000;

/**
 * What a session's evidence bundle consists of, as everything is now: with the newest anchors, without what was deleted.
 *
 * @param isDamaged whether a stored file, by its key, is known not to be what it was
 * @throws {AppError} `conflict` while the evidence file is not ready.
 */
export async function loadBundle(
  { database, storage, publicUrl }: { database: Database; storage: Storage; publicUrl: string },
  session: SessionRow,
  isDamaged: (key: string) => boolean,
): Promise<Bundle> {
  const [file, organization, items, recording, signature, messages, proof] = await Promise.all([
    findEvidenceFile(database, session.id),
    findOrganization(database, session.org_id),
    listEvidenceItems(database, session.id),
    findSessionRecording(database, session.id),
    findParticipantSignature(database, session.id),
    listChatMessages(database, session.id),
    loadSessionProof(database, session),
  ]);
  if (file?.status !== "ready" || !proof) throw new AppError("conflict", "The evidence file is not ready yet.");
  const recordings = recording ? [recording] : [];
  const manifest = toEvidenceManifest({
    made_at: new Date(),
    session,
    organization: { id: session.org_id, name: organization?.name ?? "" },
    items,
    recordings,
    participant_signatures: signature ? [signature] : [],
    messages,
    proof,
  });
  if (file.pdf_sha256 !== null && file.pdf_size !== null) {
    manifest.document = { sha256: file.pdf_sha256, size: file.pdf_size, path: null };
  }
  const layout = await layOutBundle(
    manifest,
    {
      items: new Map(items.map(({ id, storage_key }) => [id, storage_key])),
      recordings: new Map(recordings.map(({ id, mkv_key, mp4_key }) => [id, { mkv: mkv_key, mp4: mp4_key }])),
      signatures: new Map(signature ? [[signature.id, signature.storage_key]] : []),
      document: file.pdf_key,
      documentDeletedAt: file.deleted_at && toTimestamp(file.deleted_at),
    },
    async (key) => (isDamaged(key) ? undefined : sizeOf(storage, key)),
  );
  layout.made.push(...findCertificates(layout.manifest, await readIncrements(storage, file)));
  const readme = writeReadme(layout, {
    language: session.participant_locale,
    verifyUrl: `${publicUrl}/verify`,
  });
  return {
    stored: layout.stored,
    made: [
      { path: "README.txt", content: readme },
      { path: MANIFEST_NAME, content: `${JSON.stringify(layout.manifest, null, 2)}\n` },
      ...layout.made,
    ],
    documentSha256: file.pdf_sha256,
    absent: layout.absent.length,
  };
}

/** Of a file in the store, in bytes; undefined where it is not there. */
async function sizeOf(storage: Storage, key: string): Promise<number | undefined> {
  try {
    const content = await storage.open(key);
    await content.close();
    return content.size;
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw error;
  }
}

/** What was added to the report by signing it: the document's end, from where the report ended. */
async function readIncrements(storage: Storage, { report_key, pdf_key }: EvidenceFileRow): Promise<Buffer> {
  const reportSize = report_key ? await sizeOf(storage, report_key) : undefined;
  if (!pdf_key || reportSize === undefined || (await sizeOf(storage, pdf_key)) === undefined) return Buffer.alloc(0);
  const content = await storage.open(pdf_key);
  try {
    const start = Math.min(content.size, Math.max(reportSize, content.size - MOST_INCREMENTS));
    const chunks: Buffer[] = [];
    for await (const bytes of content.read(start, content.size)) chunks.push(bytes);
    return Buffer.concat(chunks);
  } finally {
    await content.close();
  }
}
