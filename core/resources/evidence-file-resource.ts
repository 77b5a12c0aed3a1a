import type { Selectable } from "kysely";
import { toTimestamp } from "../contract/common.ts";
import type { EvidenceFile } from "../contract/evidence.ts";
import type { AnchorRow } from "../database/anchors.ts";
import type { Schema } from "../database/schema.ts";
import type { Links } from "../secrets/links.ts";
import { toAnchor } from "./anchor-resource.ts";
import { type EvidenceItemRow, toEvidenceItem } from "./evidence-item-resource.ts";
import type { Signers } from "./load-signers.ts";
import type { SessionRow } from "./session-resource.ts";
import { toEvidenceSigners, toSignerRequest } from "./signer-resource.ts";

export type EvidenceFileRow = Selectable<Schema["evidence_files"]>;

/** A session's evidence file as the API and the events show it; `row` is undefined until the session ends. */
export function toEvidenceFile(
  session: Pick<SessionRow, "id" | "reference">,
  row: EvidenceFileRow | undefined,
  items: readonly EvidenceItemRow[],
  links: Links,
  signers: Signers,
  anchors: readonly AnchorRow[],
): EvidenceFile {
  return {
    object: "evidence_file",
    session_id: session.id,
    status: row?.status ?? "not_started",
    problem: row?.problem ?? null,
    deleted_at: row?.deleted_at ? toTimestamp(row.deleted_at) : null,
    pdf_url: row?.pdf_key
      ? links.fileUrl({
          key: row.pdf_key,
          mediaType: "application/pdf",
          saveAs: `${session.reference}.pdf`,
          inline: true,
          of: { org_id: row.org_id, session_id: session.id, type: "evidence_file", id: session.id },
        })
      : null,
    pdf_sha256: row?.pdf_sha256 ?? null,
    pdf_size: row?.pdf_size ?? null,
    bundle_url: row?.status === "ready" ? links.bundleUrl(session.id) : null,
    audit_chain_hash: row?.audit_chain_hash ?? null,
    signature:
      row?.signature_id && row.baseline && row.signed_at
        ? {
            id: row.signature_id,
            level: signers.reached,
            baseline: row.baseline,
            signed_at: toTimestamp(row.signed_at),
            timestamp_authority: row.timestamp_authority,
            development: row.development ?? false,
            signers: toEvidenceSigners(signers),
          }
        : null,
    signer: signers.document && toSignerRequest(signers.document),
    anchors: anchors.map((anchor) => toAnchor(anchor, links)),
    items: items.map((item) => toEvidenceItem(item, links)),
  };
}
