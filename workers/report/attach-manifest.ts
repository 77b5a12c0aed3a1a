import { type EvidenceManifest, MANIFEST_NAME } from "@nexbasira/core/contract/evidence-manifest.ts";
import { AFRelationship, type PDFDocument } from "pdf-lib";

/** Attaches the manifest, as data that the document is about (ISO 19005-3, 6.8). */
export async function attachManifest(pdf: PDFDocument, manifest: EvidenceManifest, madeAt: Date): Promise<void> {
  await pdf.attach(Buffer.from(JSON.stringify(manifest)), MANIFEST_NAME, {
    mimeType: "application/json",
    description: "Evidence manifest: hashes, audit log entries with proofs, checkpoint and time stamps",
    creationDate: madeAt,
    modificationDate: madeAt,
    afRelationship: AFRelationship.Data,
  });
}
