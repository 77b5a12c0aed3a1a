import { createHmac, timingSafeEqual } from "node:crypto";
import { EventEnvelope } from "@nexbasira/core/contract/event.ts";
import Stripe from "stripe";
import type { Received } from "./webhook-receiver.ts";

const stripe = new Stripe("sk_test_none");

/**
 * A delivery's envelope, once both of its signatures are verified as a receiver would: by Stripe's own code with the
 * whole secret, and by the scheme of Standard Webhooks. Throws when either is wrong.
 */
export function verifyDelivery({ headers, body }: Received, secret: string): EventEnvelope {
  const header = (name: string) => {
    const value = headers[name];
    if (typeof value !== "string") throw new Error(`${name} is missing`);
    return value;
  };
  for (const name of ["nb-signature", "nbx-signature"]) stripe.webhooks.constructEvent(body, header(name), secret);
  const envelope = EventEnvelope.parse(JSON.parse(body));
  verifyStandard(body, header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"), secret);
  if (header("webhook-id") !== envelope.id || header("nb-event-id") !== envelope.id) throw new Error("another id");
  if (header("nb-event-type") !== envelope.type) throw new Error("another type");
  return envelope;
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, "Signature scheme". */
function verifyStandard(body: string, id: string, timestamp: string, signatures: string, secret: string): void {
  const age_s = Math.abs(Date.now() / 1000 - Number(timestamp));
  if (!(age_s < 300)) throw new Error("the timestamp is too old");
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest();
  const valid = signatures.split(" ").some((signature) => {
    const [version, base64 = ""] = signature.split(",");
    const given = Buffer.from(base64, "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!valid) throw new Error("no Standard Webhooks signature matches");
}
