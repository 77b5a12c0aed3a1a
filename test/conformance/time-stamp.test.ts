import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  type DevelopmentAuthority,
  loadDevelopmentAuthority,
} from "@nexbasira/core/authority/development-authority.ts";
import { answerTimeStampRequest, DEVELOPMENT_POLICY } from "@nexbasira/core/authority/time-stamp-authority.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);

let directory: string;
let authority: DevelopmentAuthority;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "time-stamp-"));
  authority = await loadDevelopmentAuthority(join(directory, "authority"), { address: "http://127.0.0.1:1" });
  await writeFile(join(directory, "data"), "what is to be time-stamped");
  await writeFile(join(directory, "other"), "something else");
});
afterAll(() => rm(directory, { recursive: true }));

/** Runs openssl in the test's folder and answers what it printed. */
async function openssl(...options: string[]): Promise<string> {
  const { stdout, stderr } = await run("openssl", options, { cwd: directory });
  return stdout + stderr;
}

async function answer(query: string): Promise<void> {
  const request = new Uint8Array(await readFile(join(directory, query)));
  await writeFile(join(directory, "answer"), await answerTimeStampRequest(authority.timeStampAuthority, request));
}

describe("openssl ts verifies our answers to its queries", () => {
  const cases = ["-sha256", "-sha384", "-sha512"].flatMap((hash) =>
    [[], ["-no_nonce"]].flatMap((nonce) => [[], ["-cert"]].map((cert) => [hash, ...nonce, ...cert])),
  );

  test.each(cases.map((options) => [options.join(" "), options] as const))("%s", async (_name, options) => {
    await openssl("ts", "-query", "-data", "data", ...options, "-out", "query");
    await answer("query");
    // Without -cert the token holds no certificate: the verifier has it from elsewhere.
    const untrusted = options.includes("-cert") ? [] : ["-untrusted", "authority/time-stamp-1/certificate.pem"];
    const check = (...what: string[]) =>
      openssl("ts", "-verify", ...what, "-in", "answer", "-CAfile", "authority/roots.pem", ...untrusted);
    expect(await check("-queryfile", "query")).toContain("Verification: OK");
    expect(await check("-data", "data")).toContain("Verification: OK");
    await expect(check("-data", "other")).rejects.toThrow("message imprint mismatch");
  });
});

test("openssl ts finds a nonce that is another query's", async () => {
  for (const query of ["query", "later"]) await openssl("ts", "-query", "-data", "data", "-cert", "-out", query);
  await answer("query");
  const verification = openssl(
    "ts",
    "-verify",
    "-queryfile",
    "later",
    "-in",
    "answer",
    "-CAfile",
    "authority/roots.pem",
  );
  await expect(verification).rejects.toThrow("nonce mismatch");
});

test("openssl ts reads the policy, the accuracy and the time of a token", async () => {
  await openssl("ts", "-query", "-data", "data", "-cert", "-tspolicy", DEVELOPMENT_POLICY, "-out", "query");
  await answer("query");
  const text = await openssl("ts", "-reply", "-in", "answer", "-text");
  expect(text).toContain("Status: Granted.");
  expect(text).toContain(`Policy OID: ${DEVELOPMENT_POLICY}`);
  expect(text).toContain("Accuracy: 0x01 seconds");
  expect(text).toContain("Ordering: no");
  expect(Date.parse(/Time stamp: (.*)/.exec(text)?.[1] ?? "")).toBeGreaterThan(Date.now() - 10_000);
});

test.each([
  ["SHA-1", ["-sha1"], "unrecognized or unsupported algorithm identifier"],
  ["a policy that is not had", ["-tspolicy", "1.2.3.4"], "the requested TSA policy is not supported by the TSA"],
])("openssl ts reads why a query with %s was rejected", async (_name, options, failure) => {
  await openssl("ts", "-query", "-data", "data", ...options, "-out", "query");
  await answer("query");
  const text = await openssl("ts", "-reply", "-in", "answer", "-text");
  expect(text).toContain("Status: Rejected.");
  expect(text).toContain(`Failure info: ${failure}`);
});

test("openssl accepts the authority's certificates by its strictest rules, each for its purpose alone", async () => {
  const verify = (...options: string[]) =>
    openssl("verify", "-x509_strict", "-CAfile", "authority/roots.pem", ...options);
  const [timeStamp, signing] = ["time-stamp", "signing"].map((role) => `authority/${role}-1/certificate.pem`);
  expect(await verify("-purpose", "timestampsign", timeStamp ?? expect.fail())).toContain("OK");
  await expect(verify("-purpose", "timestampsign", signing ?? expect.fail())).rejects.toThrow("purpose");
  const text = await openssl("x509", "-noout", "-ext", "keyUsage,extendedKeyUsage", "-in", signing ?? expect.fail());
  expect(text.replace(/\s+/g, " ")).toBe("X509v3 Key Usage: critical Digital Signature, Non Repudiation ");
});
