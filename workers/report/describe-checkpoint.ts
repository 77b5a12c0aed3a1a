import { readCheckpoint, toBase64 } from "@nexbasira/core/audit/checkpoint-note.ts";
import type { SessionProof } from "@nexbasira/core/audit/load-session-proof.ts";
import type { ManifestAnchor } from "@nexbasira/core/contract/evidence-manifest.ts";
import * as pkijs from "pkijs";
import type { ReportModel, ReportStamp } from "./report-model.ts";

/** What the report prints of the checkpoint that proves the session's entries. */
export function describeCheckpoint({ checkpoint, anchors }: SessionProof): ReportModel["checkpoint"] {
  const { origin, size, root } = readCheckpoint(checkpoint);
  return { origin, size, root: toBase64(root), stamps: anchors.map(describeAnchor) };
}

function describeAnchor(anchor: ManifestAnchor): ReportStamp {
  if (anchor.kind === "opentimestamps") {
    return { authority: "OpenTimestamps", qualified: false, development: false, at: null };
  }
  const { authority, qualified, development, token } = anchor;
  return { authority, qualified, development, at: readTime(Buffer.from(token, "base64")) };
}

/** `genTime` of a time-stamp token that was checked when it was stored (RFC 3161, section 2.4.2). */
function readTime(token: Uint8Array<ArrayBuffer>): Date {
  const { content } = pkijs.ContentInfo.fromBER(token);
  const { eContent } = new pkijs.SignedData({ schema: content }).encapContentInfo;
  if (!eContent) throw new Error("a stored time stamp is empty");
  return pkijs.TSTInfo.fromBER(eContent.getValue()).genTime;
}
