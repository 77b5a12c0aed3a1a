import type {
  Anchor,
  AnchoredEvent,
  AuditCheckpoint,
  AuditLogEntry,
  AuditLogKeys,
  ConsistencyProof,
  InclusionProof,
} from "../audit.ts";

/*
 * A log of five entries, as the documents show it. Its hashes, proofs and signature hold.
 */

const ORIGIN = "api.nexbasira.com/audit/3";
const ROOT = "36feffe9759cf2b2a43595759d231c4482017ba11accebee0e87ed83637189da";
const CHECKPOINT_ID = "ckp_01KS7D6R8J3Q5W0N1T7XVZ4EMB";

export const AUDIT_ENTRY = {
  object: "audit_entry",
  sequence: 3,
  recorded_at: "2026-05-23T12:03:11.204Z",
  actor: { type: "member", id: "7", name: "Jana N." },
  action: "evidence.viewed",
  session_id: "sess_01KS7A3VJ8Q4M2X6TB9ZC5RDHW",
  session_sequence: 3,
  subject: { type: "evidence_item", id: "evd_01KS7C1H6N0PXE7K3VQW9ZT4RB" },
  subject_hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  details: {},
  previous_hash: "ac7d02f64cc983dd02b0a33eeb3c21f5821e85b0206bc6c214f978df977c5af7",
  hash: "df857e13620a97c388a52d7eaa7f27d90231764a61d4437b4ee32af7efe3673e",
  record:
    '{"action":"evidence.viewed","actor":{"id":"7","type":"member"},"details":{},"object":{"id":"evd_01KS7C1H6N0PXE7K3VQW9ZT4RB","type":"evidence_item"},"object_hash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","org_id":3,"previous_hash":"ac7d02f64cc983dd02b0a33eeb3c21f5821e85b0206bc6c214f978df977c5af7","recorded_at":"2026-05-23T12:03:11.204Z","sequence":3,"session_id":"sess_01KS7A3VJ8Q4M2X6TB9ZC5RDHW","session_sequence":3}',
} satisfies AuditLogEntry;

export const ANCHOR = {
  id: "anc_01KS7D6RAB2M9X4T6ZQ8W1VKEN",
  kind: "rfc3161",
  authority: "example-tsa",
  qualified: true,
  development: false,
  status: "anchored",
  anchored_at: "2026-05-23T12:04:12Z",
  bitcoin_height: null,
  checkpoint: { id: CHECKPOINT_ID, size: 5, root: ROOT },
  problem: null,
  token_url: "https://api.nexbasira.com/v1/audit/anchors/anc_01KS7D6RAB2M9X4T6ZQ8W1VKEN/token",
} satisfies Anchor;

export const AUDIT_CHECKPOINT = {
  id: CHECKPOINT_ID,
  object: "audit_checkpoint",
  origin: ORIGIN,
  size: 5,
  root: ROOT,
  note:
    "api.nexbasira.com/audit/3\n" +
    "5\n" +
    "Nv7/6XWc8rKkNZV1nSMcRIIBe6EazOvuDoftg2Nxido=\n" +
    "\n" +
    "— api.nexbasira.com/audit/3 zfcSHVfxYQP7YHFrnzwGiDk5zbJPCXEM+g2j3Lx2GJAi3d9Md4dC64RSMFS8aBmIgxUM4Dn5zcIWKj5T+toHpbIq2QE=\n",
  created_at: "2026-05-23T12:04:11Z",
  anchors: [ANCHOR],
} satisfies AuditCheckpoint;

export const INCLUSION_PROOF = {
  object: "inclusion_proof",
  sequence: 3,
  size: 5,
  leaf_hash: "545c2343126f323df0b643f02413bc92f7c367329b258ff4cd3bbbf2da1fbe6f",
  root: ROOT,
  hashes: [
    "28b68cd46f5f7cb39a176c2ed82a8b86171096a1f92ea01611b5b42c60d35b60",
    "06763800144d1ef7d3929ffe7d7f8cab02185d67312206c5f450547e66c9acfe",
    "a375df97416ac972c284e87469012eee49421cfd7d6982d76f263231713f3b3c",
  ],
} satisfies InclusionProof;

export const CONSISTENCY_PROOF = {
  object: "consistency_proof",
  first: 3,
  second: 5,
  first_root: "c8844c66e38414d5aa15616207d5ec47e8162c8d421cc499d67860c8123efa85",
  second_root: ROOT,
  hashes: [
    "28b68cd46f5f7cb39a176c2ed82a8b86171096a1f92ea01611b5b42c60d35b60",
    "545c2343126f323df0b643f02413bc92f7c367329b258ff4cd3bbbf2da1fbe6f",
    "06763800144d1ef7d3929ffe7d7f8cab02185d67312206c5f450547e66c9acfe",
    "a375df97416ac972c284e87469012eee49421cfd7d6982d76f263231713f3b3c",
  ],
} satisfies ConsistencyProof;

export const AUDIT_KEYS = {
  origin: ORIGIN,
  size: 5,
  keys: ["api.nexbasira.com/audit/3+cdf7121d+AYuIc/kYfQN1XCqGnnMSPVfWFstUYAjLWU3+m//KOJ8U"],
} satisfies AuditLogKeys;

export const ANCHORED = {
  id: ANCHOR.id,
  object: "audit_anchor",
  session_id: AUDIT_ENTRY.session_id,
  checkpoint: {
    id: CHECKPOINT_ID,
    origin: ORIGIN,
    size: 5,
    root: ROOT,
    note: AUDIT_CHECKPOINT.note,
  },
  kind: "rfc3161",
  authority: ANCHOR.authority,
  qualified: true,
  development: false,
  anchored_at: ANCHOR.anchored_at,
  bitcoin_height: null,
  token_url: ANCHOR.token_url,
} satisfies AnchoredEvent;
