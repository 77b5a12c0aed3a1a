import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decryptFernet, encryptFernet, newFernetKey } from "@nexbasira/core/secrets/fernet.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { pythonTool, runTool } from "./run-tool.ts";

const ROUND_TRIPS = 1_000;

const Vector = z.object({
  token: z.string(),
  secret: z.string(),
  now: z.string().transform((text) => Date.parse(text)),
});
const Vectors = z.object({
  generate: z.array(Vector.extend({ iv: z.array(z.number()), src: z.string() })),
  verify: z.array(Vector.extend({ ttl_sec: z.number(), src: z.string() })),
  invalid: z.array(Vector.extend({ ttl_sec: z.number(), desc: z.string() })),
});

let folder: string;
const vectors = Vectors.parse(JSON.parse(readFileSync(join(import.meta.dirname, "fernet-vectors.json"), "utf8")));
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fernet-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function python(program: string, ...args: string[]): Promise<string> {
  const path = join(import.meta.dirname, "programs", program);
  const { code, output } = await runTool(pythonTool("python"), [path, ...args], { cwd: folder });
  expect(code, output).toBe(0);
  return output;
}

test("makes every token of the specification's vectors", () => {
  expect(vectors.generate.length).toBeGreaterThan(0);
  for (const { token, secret, now, iv, src } of vectors.generate) {
    expect(encryptFernet([secret], src, now, Buffer.from(iv))).toBe(token);
  }
});

test("reads every token of the specification's vectors that is valid", () => {
  expect(vectors.verify.length).toBeGreaterThan(0);
  for (const { token, secret, now, ttl_sec: maximumAge_s, src } of vectors.verify) {
    expect(decryptFernet([secret], token, { maximumAge_s, now })).toBe(src);
  }
});

test("refuses every token of the specification's vectors that is not", () => {
  expect(vectors.invalid).toHaveLength(8);
  for (const { token, secret, now, ttl_sec: maximumAge_s, desc } of vectors.invalid) {
    expect(() => decryptFernet([secret], token, { maximumAge_s, now }), desc).toThrow();
  }
});

test("Python's cryptography reads what is written here, and what it writes is read here, a thousand times", async () => {
  const texts = fc.sample(fc.string({ unit: "binary", maxLength: 400 }), { numRuns: ROUND_TRIPS, seed: 1 });
  const sent = texts.map((text) => {
    const key = newFernetKey();
    return { text, key, token: encryptFernet([key], text) };
  });
  const file = join(folder, "tokens.json");
  // Python's reader of keys wants the padding that ours does without.
  await writeFile(file, JSON.stringify(sent.map(({ key, token }) => ({ key: `${key}=`, token }))));
  const Answers = z.array(z.object({ plain: z.string(), token: z.string() })).length(ROUND_TRIPS);
  const answers = Answers.parse(JSON.parse(await python("fernet_round_trips.py", file)));
  for (const [index, { text, key }] of sent.entries()) {
    const { plain, token } = answers[index] ?? expect.fail();
    expect(plain).toBe(text);
    expect(decryptFernet([key], token, { maximumAge_s: 3600 })).toBe(text);
  }
});
