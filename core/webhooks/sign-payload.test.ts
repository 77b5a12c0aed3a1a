import { createHmac } from "node:crypto";
import Stripe from "stripe";
import { expect, test } from "vitest";
import { newSigningSecret, secretPrefix, signedHeaders } from "./sign-payload.ts";

const stripe = new Stripe("sk_test_not_used");

test("every valid secret verifies the signature by the stripe library, and no other one does", () => {
  const [current, previous] = [newSigningSecret(), newSigningSecret()];
  const body = JSON.stringify({ id: "evt_1", text: "Příliš žluťoučký 🐎" });
  const timestamp = Math.floor(Date.now() / 1000);
  const headers = signedHeaders({
    id: "evt_1",
    type: "x.y",
    body,
    attempt: 2,
    secrets: [current, previous],
    timestamp,
  });
  const signature = headers["nb-signature"] ?? "";
  expect(headers["nbx-signature"]).toBe(signature);
  for (const secret of [current, previous]) {
    expect(stripe.webhooks.constructEvent(body, signature, secret)).toMatchObject({ id: "evt_1" });
  }
  expect(() => stripe.webhooks.constructEvent(body, signature, newSigningSecret())).toThrow();
  expect(() => stripe.webhooks.constructEvent(`${body} `, signature, current)).toThrow();
});

test("the Standard Webhooks signature is over id, timestamp and body, keyed with the decoded secret", () => {
  const secret = newSigningSecret();
  const headers = signedHeaders({
    id: "evt_1",
    type: "x.y",
    body: "{}",
    attempt: 1,
    secrets: [secret],
    timestamp: 1_716_461_235,
  });
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const expected = createHmac("sha256", key).update("evt_1.1716461235.{}").digest("base64");
  expect(headers["webhook-signature"]).toBe(`v1,${expected}`);
  expect(headers["webhook-id"]).toBe("evt_1");
});

test("six characters of a secret are shown again", () => {
  expect(secretPrefix("whsec_4f9d2a8b3c1e")).toBe("4f9d2a");
});
