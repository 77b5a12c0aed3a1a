import { createHmac, randomBytes } from "node:crypto";

/** A new `whsec_…` signing secret: 32 random bytes in hexadecimal. The whole string is the HMAC key. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(32).toString("hex")}`;
}

/** How many characters of a secret are shown again, to tell secrets apart: those after `whsec_`. */
export function secretPrefix(secret: string): string {
  return secret.slice("whsec_".length, "whsec_".length + 6);
}

export interface PayloadToSign {
  /** The event's id. */
  id: string;
  /** As the receiver subscribed to it. */
  type: string;
  /** The bytes that are sent. */
  body: string;
  /** 1 for the first attempt. */
  attempt: number;
  /** Every secret that is valid now; a receiver may verify with any. */
  secrets: readonly string[];
  /** Seconds since 1970, fresh for each attempt. */
  timestamp: number;
}

/**
 * The headers of a delivery. `NB-Signature` (and `Nbx-Signature`, the same): `t=<timestamp>,v1=<hex>`, one `v1` per
 * secret, HMAC-SHA256 over `{t}.{body}` keyed with the whole secret string. Beside them those of Standard Webhooks,
 * whose verifiers decode what follows `whsec_` as base64 to get their key.
 */
export function signedHeaders({ id, type, body, attempt, secrets, timestamp }: PayloadToSign): Record<string, string> {
  const hex = secrets.map((secret) => `v1=${hmac(secret, `${timestamp}.${body}`).toString("hex")}`);
  const standard = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    return `v1,${hmac(key, `${id}.${timestamp}.${body}`).toString("base64")}`;
  });
  const signature = [`t=${timestamp}`, ...hex].join(",");
  return {
    "content-type": "application/json; charset=utf-8",
    "user-agent": "NexBasira-Webhooks/1",
    "nb-signature": signature,
    "nbx-signature": signature,
    "nb-event-id": id,
    "nb-event-type": type,
    "nb-delivery-attempt": String(attempt),
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": standard.join(" "),
  };
}

const SIGNATURE_HEADERS = new Set(["nb-signature", "nbx-signature", "webhook-signature"]);

/** The headers as a log may show them: who reads it must not be able to replay the delivery. */
export function withoutSignatures(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SIGNATURE_HEADERS.has(name) ? "…" : value]),
  );
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}
