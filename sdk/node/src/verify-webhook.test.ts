import { newSigningSecret, signedHeaders } from "@nexbasira/core/webhooks/sign-payload.ts";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import NexBasiraByDefault, { InvalidSignatureError, NexBasira, Nexbasira, verifyWebhook } from "./index.ts";

const NOW_S = 1_779_536_535;
const secret = newSigningSecret();
const event = {
  id: "evt_1",
  type: "webhook.test",
  created_at: "2026-05-23T11:42:15Z",
  org_id: 7,
  sequence: null,
  data: { test: true, message: "Příliš žluťoučký 🐎\r\n\u0000\u2028" },
};
const body = JSON.stringify(event);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW_S * 1000, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** The header that a server sends with this body. */
function sign(signed = body, secrets = [secret], timestamp = NOW_S): string {
  const headers = signedHeaders({ id: "evt_1", type: "webhook.test", body: signed, attempt: 1, secrets, timestamp });
  return headers["nb-signature"] ?? expect.fail();
}

function refusal(header: string | string[] | undefined, raw: string | Uint8Array = body, by: string = secret): string {
  try {
    verifyWebhook(raw, header, by);
  } catch (error) {
    if (error instanceof InvalidSignatureError) return error.message;
    throw error;
  }
  return "verified";
}

test("the raw bytes are taken as a Buffer, as a Uint8Array, as part of a larger one, and as text", () => {
  const bytes = Buffer.from(body);
  const larger = new Uint8Array(bytes.length + 20);
  larger.set(bytes, 9);
  for (const raw of [bytes, new Uint8Array(bytes), larger.subarray(9, 9 + bytes.length), body]) {
    expect(verifyWebhook(raw, sign(), secret)).toEqual(event);
  }
});

test("what a parser made of the body, or no body, is the program's mistake and not a bad signature", () => {
  for (const raw of [event, undefined, null, [1], 1]) {
    const call = () => Reflect.apply(verifyWebhook, undefined, [raw, sign(), secret]);
    expect(call).toThrow(TypeError);
    expect(call).toThrow("untouched bytes");
  }
});

test("without a secret nothing is verified, not even what an empty one signed", () => {
  for (const missing of [undefined, ""]) {
    expect(() => verifyWebhook(body, sign(body, [""]), missing)).toThrow(TypeError);
  }
});

test("the whole secret is the key", () => {
  expect(refusal(sign(), body, secret.slice("whsec_".length))).toContain("No signature");
  expect(refusal(sign(), body, newSigningSecret())).toContain("No signature");
  expect(refusal(sign(), body, `${secret} `)).toContain("No signature");
});

test("one byte more, less or another one, and the body is refused", () => {
  const bytes = Buffer.from(body);
  const header = sign();
  expect(refusal(header, `${body} `)).toContain("No signature");
  expect(refusal(header, bytes.subarray(1))).toContain("No signature");
  expect(refusal(header, `\ufeff${body}`)).toContain("No signature");
  expect(refusal(header, body.normalize("NFD"))).toContain("No signature");
  for (let at = 0; at < bytes.length; at++) {
    const altered = Buffer.from(bytes);
    altered.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    expect(refusal(header, altered)).toContain("No signature");
  }
});

test.each([-301, -300, 0, 300, 301])("a time that is off by %i seconds", (skew) => {
  const outcome = refusal(sign(body, [secret], NOW_S + skew));
  expect(outcome).toBe(Math.abs(skew) <= 300 ? "verified" : "The signature's time is off by 301 seconds.");
});

test("the tolerance can be chosen, and one that is no number tolerates nothing", () => {
  const header = sign(body, [secret], NOW_S - 20);
  const within = (toleranceSeconds: number) => () => verifyWebhook(body, header, secret, { toleranceSeconds });
  expect(within(20)()).toEqual(event);
  expect(within(19)).toThrow(InvalidSignatureError);
  expect(within(0)).toThrow(InvalidSignatureError);
  expect(within(Number.NaN)).toThrow(InvalidSignatureError);
});

test("the time is signed: another one is refused", () => {
  expect(refusal(sign().replace(`t=${NOW_S}`, `t=${NOW_S + 1}`))).toContain("No signature");
  expect(refusal(sign().replace(`t=${NOW_S}`, `t=0${NOW_S}`))).toContain("No signature");
});

test("within a day after a rotation, each of the two secrets verifies", () => {
  const [newer, older] = [newSigningSecret(), newSigningSecret()];
  const header = sign(body, [newer, older]);
  expect(header.match(/v1=/g)).toHaveLength(2);
  for (const by of [newer, older]) expect(verifyWebhook(body, header, by)).toEqual(event);
  expect(refusal(header)).toContain("No signature");
});

test("elements may come in another order, with spaces, repeated, and among schemes that are not known", () => {
  const [time = "", signature = ""] = sign().split(",");
  const wrong = `v1=${"0".repeat(64)}`;
  for (const header of [
    [signature, time],
    [wrong, time, signature],
    [time, signature, signature],
    [time, "v0=abc", "v2=x=y", "", "nothing", wrong, signature],
    [time, ` ${signature} `],
  ]) {
    expect(refusal(header.join(",")), header.join(",")).toBe("verified");
  }
  expect(refusal([sign()])).toBe("verified");
});

test.each<[string, (time: string, signature: string) => string | string[] | undefined, string]>([
  ["is missing", () => undefined, "missing"],
  ["is an empty list", () => [], "missing"],
  ["is empty", () => "", "one time"],
  ["has no time", (_, signature) => signature, "one time"],
  ["has two times", (time, signature) => `${time},t=1,${signature}`, "one time"],
  ["came twice and was joined", (time, signature) => `${time},${signature}, ${time},${signature}`, "one time"],
  ["came twice", (time, signature) => [`${time},${signature}`, `${time},${signature}`], "one time"],
  ["has a time that is no number", (_, signature) => `t=now,${signature}`, "one time"],
  ["has a time below zero", (_, signature) => `t=-1,${signature}`, "one time"],
  ["has an empty time", (_, signature) => `t=,${signature}`, "one time"],
  ["has no signature", (time) => time, "No signature"],
  ["has an empty signature", (time) => `${time},v1=`, "No signature"],
  ["has a signature that is cut off", (time, signature) => `${time},${signature.slice(0, -1)}`, "No signature"],
  ["has a signature that is too long", (time, signature) => `${time},${signature}0`, "No signature"],
  ["has a signature in another spelling", (time, signature) => `${time},v1=${signature.slice(3).toUpperCase()}`, "No"],
  ["has the signature under another scheme", (time, signature) => `${time},${signature.replace("v1", "v0")}`, "No"],
  ["has its elements parted otherwise", (time, signature) => `${time};${signature}`, "one time"],
])("a header that %s is refused", (_name, header, why) => {
  const [time = "", signature = ""] = sign().split(",");
  expect(refusal(header(time, signature))).toContain(why);
});

test("what is signed but no event is not taken for one", () => {
  for (const signed of ["null", "[]", "{}", '"text"', '{"id":"evt_1","type":1,"created_at":"","data":{}}']) {
    expect(() => verifyWebhook(signed, sign(signed), secret)).toThrow("is no event");
  }
  expect(() => verifyWebhook("{", sign("{"), secret)).toThrow(SyntaxError);
});

test("the class by each of its names constructs the same event, with or without a key", () => {
  for (const Class of [NexBasira, Nexbasira, NexBasiraByDefault]) {
    const { webhooks } = new Class({ apiKey: "nbx_test_sk_1", apiSecret: "nbx_test_sk_1" });
    expect(webhooks.constructEvent(Buffer.from(body), sign(), secret)).toEqual(event);
    expect(() => new Class().webhooks.constructEvent(body, sign(), newSigningSecret())).toThrow(InvalidSignatureError);
  }
});

test("the type of an event narrows its data", () => {
  const found = verifyWebhook(body, sign(), secret);
  if (found.type === "session.completed") expect.fail(found.data.join_url);
  if (found.type !== "webhook.test") expect.fail();
  expect(found.data.message).toContain("🐎");
});
