import { AnyId } from "../common.ts";
import { EvidenceFile, EvidenceItem, EvidenceItemPage, RecordingPage } from "../evidence.ts";
import { operation } from "../operation.ts";
import { PageQuery } from "../pagination.ts";
import { EVIDENCE_FILE, EVIDENCE_ITEM, pageExample, RECORDING } from "./examples.ts";

const TAG = "Evidence";

export const EVIDENCE_OPERATIONS = {
  readEvidenceFile: operation({
    method: "get",
    path: "/sessions/{id}/evidence",
    tag: TAG,
    summary: "Retrieve a session's evidence file",
    description:
      "The signed PDF, its signature, and every item. `status` tells how far it is after the session's end. " +
      "Links work for an hour without any other credential; read the resource again for new ones.",
    permission: "evidence:read",
    answer: { status: 200, schema: EvidenceFile, description: "The evidence file.", example: EVIDENCE_FILE },
    errors: ["not_found"],
  }),
  readEvidenceBundle: operation({
    method: "get",
    path: "/sessions/{id}/evidence/bundle",
    tag: TAG,
    summary: "Download a session's evidence bundle",
    description:
      "Leads to a signed link that works for an hour: a ZIP with the originals, the signed PDF, the recording, the " +
      "manifest with every hash and proof, the checkpoints with their time stamps, and a README. It is put together while " +
      "it is sent, so it has no length and answers no range requests.",
    permission: "evidence:read",
    answer: { status: 302, description: "`Location` is the signed link." },
    errors: ["not_found", "conflict"],
  }),
  listRecordings: operation({
    method: "get",
    path: "/sessions/{id}/recordings",
    tag: TAG,
    summary: "List a session's recordings",
    permission: "evidence:read",
    answer: {
      status: 200,
      schema: RecordingPage,
      description: "All of them, in one page.",
      example: pageExample(RECORDING),
    },
    errors: ["not_found"],
  }),
  listEvidence: operation({
    method: "get",
    path: "/evidence",
    tag: TAG,
    summary: "List evidence items",
    description: "Of one session or of all, oldest first.",
    permission: "evidence:read",
    query: PageQuery.extend({ session_id: AnyId.optional().describe("Items of this session only") }),
    answer: {
      status: 200,
      schema: EvidenceItemPage,
      description: "One page of evidence items.",
      example: pageExample(EVIDENCE_ITEM),
    },
  }),
  readEvidenceItem: operation({
    method: "get",
    path: "/evidence/{id}",
    tag: TAG,
    summary: "Retrieve an evidence item",
    permission: "evidence:read",
    answer: { status: 200, schema: EvidenceItem, description: "The evidence item.", example: EVIDENCE_ITEM },
    errors: ["not_found"],
  }),
  readEvidenceContent: operation({
    method: "get",
    path: "/evidence/{id}/content",
    tag: TAG,
    summary: "Download an evidence item",
    description:
      "Leads to a signed link that works for an hour and answers range requests. The bytes are those whose SHA-256 is " +
      "the item's `sha256`.",
    permission: "evidence:read",
    answer: { status: 302, description: "`Location` is the signed link." },
    errors: ["not_found", "evidence_deleted"],
  }),
};
