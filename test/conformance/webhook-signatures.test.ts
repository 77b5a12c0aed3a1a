import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newSigningSecret, signedHeaders } from "@nexbasira/core/webhooks/sign-payload.ts";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import Stripe from "stripe";
import { expect, test } from "vitest";
import { pythonTool, runTool } from "./run-tool.ts";

const BODIES = 10_000;

const { webhooks } = new Stripe("sk_test_not_used");

/** Stripe's check of a signature alone: for bodies that are no JSON. */
function verifyHeader(raw: string | Uint8Array, signature: string, secret: string): boolean {
  if (!webhooks.signature) throw new Error("stripe came without its signatures");
  return webhooks.signature.verifyHeader(raw, signature, secret);
}

const piece = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.constantFrom(
    "\r\n",
    "\n",
    "\r",
    "\ufeff",
    "\0",
    "🐎",
    "\u{10ffff}",
    "\u2028",
    "\ud7ff\ue000",
    "é",
    "e\u0301",
    ".",
    ",",
  ),
);
const text = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join("") || "\0");

/** Any text, and JSON with that text in it and line ends between its tokens, in turn. */
const bodies = fc
  .sample(text, { numRuns: BODIES, seed: 1 })
  .map((some, index) => (index % 2 === 0 ? some : `{\r\n\t"id": "evt_${index}",\n "data": ${JSON.stringify(some)}\r}`));

interface Delivery {
  body: string;
  bytes: Buffer;
  headers: Record<string, string>;
  secrets: string[];
}

/** Signed now, every third one by two secrets, as within a day after a rotation. */
function deliver(body: string, index: number): Delivery {
  const secrets = Array.from({ length: index % 3 === 0 ? 2 : 1 }, newSigningSecret);
  const timestamp = Math.floor(Date.now() / 1000);
  const id = `evt_${index}`;
  const headers = signedHeaders({ id, type: "session.created", body, attempt: 1, secrets, timestamp });
  return { body, bytes: Buffer.from(body), headers, secrets };
}

function header({ headers }: Delivery, name: string): string {
  return headers[name] ?? expect.fail();
}

test("the bodies hold what tends to go wrong", () => {
  for (const special of ["\r\n", "\ufeff", "\0", "🐎", "\u{10ffff}", "\u2028"]) {
    expect(bodies.filter((body) => body.includes(special)).length).toBeGreaterThan(100);
  }
  expect(new Set(bodies).size).toBeGreaterThan(BODIES * 0.9);
});

test("there is one signature for each secret that is valid, in each of the headers", () => {
  for (const delivery of bodies.slice(0, 300).map(deliver)) {
    const count = delivery.secrets.length;
    expect(header(delivery, "nb-signature")).toMatch(new RegExp(`^t=\\d+(,v1=[0-9a-f]{64}){${count}}$`));
    expect(header(delivery, "nbx-signature")).toBe(header(delivery, "nb-signature"));
    expect(header(delivery, "webhook-signature").split(" ")).toHaveLength(count);
  }
});

test("stripe verifies every body by the whole secret, and constructs an event from the raw bytes of those that are JSON", () => {
  for (const [index, delivery] of bodies.map(deliver).entries()) {
    const { body, bytes, secrets } = delivery;
    const signature = header(delivery, "nb-signature");
    // It decodes bytes without a byte order mark at their beginning, so it gets those as text.
    const raw = body.startsWith("\ufeff") ? body : bytes;
    for (const secret of secrets) {
      if (index % 2 === 1) {
        expect(webhooks.constructEvent(raw, signature, secret)).toMatchObject({ id: `evt_${index}` });
      } else {
        expect(verifyHeader(raw, signature, secret)).toBe(true);
      }
    }
    if (index % 100 > 0) continue;
    const [secret = expect.fail()] = secrets;
    for (const wrong of [newSigningSecret(), secret.slice("whsec_".length), `${secret} `]) {
      expect(() => verifyHeader(raw, signature, wrong)).toThrow();
    }
    expect(() => verifyHeader(`${body} `, signature, secret)).toThrow();
  }
});

test("standardwebhooks verifies every body by the secret as it is shown", () => {
  for (const [index, delivery] of bodies.map(deliver).entries()) {
    const { bytes, headers, secrets } = delivery;
    for (const secret of secrets) new Webhook(secret).verify(bytes, headers, { jsonParse: false });
    if (index % 100 > 0) continue;
    const [secret = expect.fail()] = secrets;
    const verify = (from: Buffer, by: string) => () => new Webhook(by).verify(from, headers, { jsonParse: false });
    expect(verify(bytes, newSigningSecret())).toThrow("No matching signature");
    expect(verify(Buffer.concat([bytes, Buffer.from(" ")]), secret)).toThrow("No matching signature");
  }
});

test("Python's hmac verifies every body, by both of the schemes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "signatures-"));
  const deliveries = bodies.map(deliver);
  const rows = deliveries.map(({ bytes, headers, secrets }) => ({
    ...headers,
    secrets,
    body: bytes.toString("base64"),
  }));
  const file = join(folder, "deliveries.json");
  await writeFile(file, JSON.stringify(rows));
  const program = join(import.meta.dirname, "programs", "verify_signatures.py");
  const { code, output } = await runTool(pythonTool("python"), [program, file], { cwd: folder });
  await rm(folder, { recursive: true });
  expect(code, output).toBe(0);
  const signatures = deliveries.reduce((sum, { secrets }) => sum + 2 * secrets.length, 0);
  expect(signatures).toBeGreaterThan(2 * BODIES);
  expect(JSON.parse(output)).toEqual({ valid: signatures, altered: 0 });
});
