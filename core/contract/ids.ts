/** The prefix of each kind of identifier; what follows it sorts by time of creation. */
export const ID_PREFIX = {
  session: "sess_",
  joinLink: "jln_",
  participant: "part_",
  evidenceItem: "evd_",
  whiteboard: "wb_",
  recording: "rec_",
  clip: "clip_",
  signature: "sig_",
  checkpoint: "ckp_",
  anchor: "anc_",
  signatureCode: "code_",
  identity: "idc_",
  event: "evt_",
  webhookEndpoint: "we-",
  delivery: "wev-",
  apiKey: "key_",
  message: "msg_",
  request: "req_",
  command: "cmd_",
} as const;

export type IdKind = keyof typeof ID_PREFIX;

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function encode(value: bigint, length: number): string {
  let text = "";
  for (let rest = value, i = 0; i < length; i++, rest >>= 5n) text = CROCKFORD[Number(rest & 31n)] + text;
  return text;
}

/**
 * A new identifier: the kind's prefix, 48 bits of time in milliseconds, 80 random bits (the layout of a ULID).
 * Identifiers of one kind sort by creation time, to the millisecond.
 */
export function newId(kind: IdKind, now: number = Date.now()): string {
  const random = crypto.getRandomValues(new Uint8Array(10)).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return ID_PREFIX[kind] + encode(BigInt(now), 10) + encode(random, 16);
}

/** When an identifier was made, in milliseconds since 1970. */
export function timeOfId(id: string): number {
  return [...id.slice(-26, -16)].reduce((sum, character) => sum * 32 + CROCKFORD.indexOf(character), 0);
}

const LAST_MS = 2 ** 50 - 1;

/** The bound between the identifiers of a kind that were made before this time, in milliseconds, and those made since. */
export function idBoundAt(kind: IdKind, ms: number): string {
  return ID_PREFIX[kind] + encode(BigInt(Math.min(Math.max(ms, 0), LAST_MS)), 10);
}
