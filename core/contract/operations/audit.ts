import {
  AuditCheckpoint,
  AuditCheckpointPage,
  AuditCheckpointQuery,
  AuditEntryQuery,
  AuditLogEntryPage,
  AuditLogKeys,
  AuditVerification,
  ConsistencyProof,
  ConsistencyQuery,
  InclusionProof,
  InclusionQuery,
} from "../audit.ts";
import { operation } from "../operation.ts";
import { AUDIT_CHECKPOINT, AUDIT_ENTRY, AUDIT_KEYS, CONSISTENCY_PROOF, INCLUSION_PROOF } from "./audit-examples.ts";
import { pageExample } from "./examples.ts";

const TAG = "Audit log";

export const AUDIT_OPERATIONS = {
  listAuditEntries: operation({
    method: "get",
    path: "/audit/entries",
    tag: TAG,
    summary: "List audit log entries",
    description:
      "Of the whole organization, the newest first. A key in test mode sees entries of test sessions only, one in live " +
      "mode those of live sessions and those of no session.",
    permission: "audit:read",
    query: AuditEntryQuery,
    answer: {
      status: 200,
      schema: AuditLogEntryPage,
      description: "One page of entries.",
      example: pageExample(AUDIT_ENTRY),
    },
  }),
  listAuditCheckpoints: operation({
    method: "get",
    path: "/audit/checkpoints",
    tag: TAG,
    summary: "List checkpoints of the audit log",
    description: "The signed heads of the log's tree, the newest first.",
    permission: "audit:read",
    query: AuditCheckpointQuery,
    answer: {
      status: 200,
      schema: AuditCheckpointPage,
      description: "One page of checkpoints.",
      example: pageExample(AUDIT_CHECKPOINT),
    },
  }),
  readAuditCheckpoint: operation({
    method: "get",
    path: "/audit/checkpoints/{id}",
    tag: TAG,
    summary: "Retrieve a checkpoint of the audit log",
    permission: "audit:read",
    answer: { status: 200, schema: AuditCheckpoint, description: "The checkpoint.", example: AUDIT_CHECKPOINT },
    errors: ["not_found"],
  }),
  readAnchorToken: operation({
    method: "get",
    path: "/audit/anchors/{id}/token",
    tag: TAG,
    summary: "Download an anchor's token",
    description:
      "The DER of the RFC 3161 TimeStampToken, or the `.ots` file. Who may read " +
      "evidence may read it: it holds nothing but hashes.",
    permission: "evidence:read",
    answer: { status: 200, mediaType: "application/octet-stream", description: "The token." },
    errors: ["not_found"],
  }),
  proveInclusion: operation({
    method: "get",
    path: "/audit/proofs/inclusion",
    tag: TAG,
    summary: "Prove that an entry is in the log",
    description: "That the entry is a leaf of the tree of `size` entries (RFC 9162).",
    permission: "audit:read",
    query: InclusionQuery,
    answer: { status: 200, schema: InclusionProof, description: "The proof.", example: INCLUSION_PROOF },
    errors: ["not_found"],
  }),
  proveConsistency: operation({
    method: "get",
    path: "/audit/proofs/consistency",
    tag: TAG,
    summary: "Prove that the log only grew",
    description: "That the tree of `second` entries begins with the whole tree of `first` entries (RFC 9162).",
    permission: "audit:read",
    query: ConsistencyQuery,
    answer: { status: 200, schema: ConsistencyProof, description: "The proof.", example: CONSISTENCY_PROOF },
    errors: ["not_found"],
  }),
  readAuditKeys: operation({
    method: "get",
    path: "/audit/keys",
    tag: TAG,
    summary: "Retrieve the keys that sign checkpoints",
    permission: "audit:read",
    answer: { status: 200, schema: AuditLogKeys, description: "The verifier keys.", example: AUDIT_KEYS },
  }),
  readAuditVerification: operation({
    method: "get",
    path: "/audit/verification",
    tag: TAG,
    summary: "How the last verification of the whole log went",
    description: "The log is verified from its first entry on once a day.",
    permission: "audit:read",
    answer: {
      status: 200,
      schema: AuditVerification,
      description: "The outcome.",
      example: {
        object: "audit_verification",
        verified_at: "2026-05-24T03:41:12Z",
        size: 18_204,
        problem: null,
      } satisfies AuditVerification,
    },
  }),
};
