import { createHmac, timingSafeEqual } from "node:crypto";
import type { WebhookEvent } from "./events.ts";
import { InvalidSignatureError } from "./invalid-signature-error.ts";

export interface VerifyOptions {
  /** By how many seconds the signature's time may differ from this machine's clock, either way; 300 if left out. */
  toleranceSeconds?: number;
}

const DEFAULT_TOLERANCE_S = 300;

/**
 * The event of a delivery whose signature is valid.
 *
 * `rawBody`: the untouched bytes, or those bytes as text; not what a parser made of them. `header`: the value of
 * `NB-Signature` or `Nbx-Signature` (they are the same): `t=<seconds since 1970>,v1=<hex>`, one `v1` for each secret that is
 * valid. `secret`: the endpoint's whole `whsec_…`. Throws `InvalidSignatureError` for what is not to be trusted, and
 * `TypeError` for a body or a secret that no receiver should have.
 */
export function verifyWebhook(
  rawBody: string | Uint8Array,
  header: string | string[] | undefined,
  secret: string | undefined,
  { toleranceSeconds = DEFAULT_TOLERANCE_S }: VerifyOptions = {},
): WebhookEvent {
  const body = toBytes(rawBody);
  if (typeof secret !== "string" || secret === "") throw new TypeError("The webhook's signing secret is missing.");
  const { timestamp, signatures } = parseSignature(header);
  const expected = createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest();
  if (!holdsOne(signatures, expected)) throw new InvalidSignatureError("No signature of the header is this body's.");
  const skew_s = Math.abs(Date.now() / 1000 - Number(timestamp));
  // The other way round, a tolerance that is not a number would let everything pass.
  if (!(skew_s <= toleranceSeconds)) {
    throw new InvalidSignatureError(`The signature's time is off by ${Math.round(skew_s)} seconds.`);
  }
  return parseEvent(body);
}

function toBytes(rawBody: unknown): Uint8Array {
  if (rawBody instanceof Uint8Array) return rawBody;
  if (typeof rawBody === "string") return Buffer.from(rawBody, "utf8");
  throw new TypeError("rawBody must be the request's untouched bytes: take it before a parser does (express.raw()).");
}

const TIMESTAMP = /^\d{1,12}$/;
const SIGNATURE = /^[0-9a-f]{64}$/;

/** Elements in any order; schemes that are not known are passed over, so that there may be others some day. */
function parseSignature(header: string | string[] | undefined): { timestamp: string; signatures: Buffer[] } {
  const [text, ...others] = [header].flat();
  if (text === undefined) throw new InvalidSignatureError("The signature header is missing.");
  const elements = text.split(",").map((element) => element.trim().split("="));
  const valuesOf = (scheme: string) =>
    elements.filter(([name]) => name === scheme).map(([, ...value]) => value.join("="));
  const [timestamp, ...times] = valuesOf("t");
  // Two headers reach a program as one: which time was signed must not be up for choice.
  if (timestamp === undefined || !TIMESTAMP.test(timestamp) || times.length > 0 || others.length > 0) {
    throw new InvalidSignatureError("The signature header does not hold one time.");
  }
  const signatures = valuesOf("v1").filter((value) => SIGNATURE.test(value));
  return { timestamp, signatures: signatures.map((value) => Buffer.from(value, "hex")) };
}

/** Each comparison takes the same time wherever the bytes differ, and all are made. */
function holdsOne(signatures: readonly Buffer[], expected: Buffer): boolean {
  return signatures.reduce((found, signature) => timingSafeEqual(signature, expected) || found, false);
}

function parseEvent(body: Uint8Array): WebhookEvent {
  const event: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  if (!isEvent(event)) throw new TypeError("The body is signed, but is no event.");
  return event;
}

/** What all events have in common. The rest is as the server that signed it says. */
function isEvent(value: unknown): value is WebhookEvent {
  if (typeof value !== "object" || value === null) return false;
  const has = (name: string, type: string) => Object.hasOwn(value, name) && typeof Reflect.get(value, name) === type;
  return has("id", "string") && has("type", "string") && has("created_at", "string") && has("data", "object");
}
