import { certificateDer, certificatesPem } from "@nexbasira/core/authority/certificate.ts";
import { VerificationTrust } from "@nexbasira/core/contract/verification-trust.ts";
import { rememberOwnRoots } from "@nexbasira/core/database/own-roots.ts";
import type { Router } from "express";
import express from "express";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verificationTrust } from "../../server/http/verification-trust.ts";
import { ownRoots } from "../../workers/own-roots.ts";
import { makeTestAuthority } from "../helpers/test-authority.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/test-database.ts";

let testDatabase: TestDatabase;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(() => testDatabase.close());

async function ask(router: Router, path: string): Promise<Response> {
  const server = express().use(router).listen(0, "127.0.0.1");
  try {
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return new Response(await answer.arrayBuffer());
  } finally {
    server.close();
  }
}

test("a server names the roots of its seals, those of former keys too, each once and with its use", async () => {
  const { database } = testDatabase;
  const [former, present] = [await makeTestAuthority("Former root"), await makeTestAuthority("Present root")];
  const below = await present.issueAuthority("Between");
  const key = await below.issueKey("Seal");
  await rememberOwnRoots(database, ownRoots({ key: await former.issueKey("Seal"), signerAuthority: null }));
  for (let start = 0; start < 2; start++)
    await rememberOwnRoots(database, ownRoots({ key, signerAuthority: present.key }));
  const router = await verificationTrust(testDatabase, { development: [], timeStampRoots: null });
  const trust = VerificationTrust.parse(await (await ask(router, "/verify/trust.json")).json());
  expect(trust.authorities.map(({ name, used_for }) => [name, used_for])).toEqual([
    ["CN=Former root, O=Test", "seals"],
    ["CN=Present root, O=Test", "seals"],
    ["CN=Present root, O=Test", "signers"],
  ]);
  expect(trust.development).toBe(false);
  expect(trust.roots).toBe(certificatesPem([former.certificate, present.certificate]));
  expect(await (await ask(router, "/verify/roots.pem")).text()).toBe(trust.roots);
});

test("a key whose chain is not known stands for itself", async () => {
  const { certificate } = await (await makeTestAuthority("Unknown root")).issueKey("Alone");
  const [root] = ownRoots({ key: { certificate, chain: [] }, signerAuthority: null });
  expect(root).toEqual({ certificate: Buffer.from(certificateDer(certificate)), used_for: "seals" });
});
