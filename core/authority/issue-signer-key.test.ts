import { verify } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Retryable } from "../contract/errors.ts";
import { distinguishedName } from "./certificate.ts";
import { loadDevelopmentAuthority } from "./development-authority.ts";
import {
  issueSignerKey,
  loadSignerAuthority,
  NO_REVOCATION,
  SIGNER_CERTIFICATE_MS,
  type SignerAuthority,
} from "./issue-signer-key.ts";
import { publicKeyOf } from "./signing-key.ts";

const MINUTE_MS = 60_000;
const data = Buffer.from("the DER of some signed attributes");
const request = {
  name: "Žofie Ďáblová",
  given: { session: "ses_1", participant: "ptc_1" },
  validFor: SIGNER_CERTIFICATE_MS,
};

let directory: string;
let authority: SignerAuthority;
let signing: { path: string; passphrase: string };
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "signers-"));
  const development = await loadDevelopmentAuthority(directory, { address: "http://127.0.0.1:3000" });
  authority = await loadSignerAuthority(development.signers);
  signing = development.signing;
});
afterAll(() => rm(directory, { recursive: true }));

describe("a signer's certificate", () => {
  test("is in the signer's own name, and shows nobody's ids", async () => {
    const { certificate } = await issueSignerKey(authority, request);
    const name = distinguishedName(certificate.subject);
    expect(name).toMatch(/^serialNumber=[0-9a-f]{32}, CN=Žofie Ďáblová, O=NexBasira development$/);
    const again = await issueSignerKey(authority, request);
    expect(distinguishedName(again.certificate.subject)).toBe(name);
    const other = await issueSignerKey(authority, { ...request, given: { session: "ses_1", participant: "ptc_2" } });
    expect(distinguishedName(other.certificate.subject)).not.toBe(name);
    expect(again.certificate.serialNumber.toBigInt()).not.toBe(certificate.serialNumber.toBigInt());
  });

  test.each([
    ["李 明", "李 明"],
    ["محمد", "محمد"],
    ["A\u0000B\nC", "A B C"],
    ["𝒳".repeat(70), `${"𝒳".repeat(63)}…`],
  ])("holds any script, whole or cut where a name may be cut: %j", async (name, expected) => {
    const { certificate } = await issueSignerKey(authority, { ...request, name });
    expect(distinguishedName(certificate.subject)).toContain(`CN=${expected}, O=`);
  });

  test("is valid for an hour and a little before, and says that there is no revocation to ask for", async () => {
    const before = Date.now();
    const { certificate } = await issueSignerKey(authority, request);
    const [from, until] = [certificate.notBefore.value.getTime(), certificate.notAfter.value.getTime()];
    expect(from).toBeLessThanOrEqual(before - 9 * MINUTE_MS);
    expect(until - before).toBeGreaterThan(59 * MINUTE_MS);
    expect(until - from).toBeLessThanOrEqual(71 * MINUTE_MS);
    const oids = certificate.extensions?.map(({ extnID }) => extnID) ?? [];
    expect(oids).toEqual(expect.arrayContaining(Object.values(NO_REVOCATION)));
    // RFC 9608, clause 4: neither CRL distribution points nor an address of OCSP beside it.
    expect(oids).not.toContain("2.5.29.31");
    expect(oids).not.toContain("1.3.6.1.5.5.7.1.1");
  });

  test("is issued by the authority, whose chain leads to the root", async () => {
    const { certificate, chain } = await issueSignerKey(authority, request);
    expect(chain.map(({ subject }) => distinguishedName(subject))).toEqual([
      "CN=NexBasira development signers' authority, O=NexBasira development",
      "CN=NexBasira development root, O=NexBasira development",
    ]);
    expect(await certificate.verify(chain[0])).toBe(true);
  });

  test("cannot be valid for a day or for nothing", async () => {
    for (const validFor of [0, -1, 24 * 60 * MINUTE_MS, Number.NaN]) {
      await expect(issueSignerKey(authority, { ...request, validFor })).rejects.toThrow(RangeError);
    }
  });
});

describe("a signer's key", () => {
  test("signs until it is destroyed, and never after", async () => {
    const key = await issueSignerKey(authority, request);
    expect(verify("SHA-256", data, publicKeyOf(key.certificate), await key.sign(data))).toBe(true);
    key.destroy();
    key.destroy();
    await expect(key.sign(data)).rejects.toThrow("has been destroyed");
  });

  test("is another one for each signature", async () => {
    const [first, second] = [await issueSignerKey(authority, request), await issueSignerKey(authority, request)];
    expect(verify("SHA-256", data, publicKeyOf(first.certificate), await second.sign(data))).toBe(false);
  });
});

describe("no certificate is issued", () => {
  test("by an authority whose own certificate ends before", async () => {
    vi.setSystemTime(authority.certificate.notAfter.value.getTime() - 30 * MINUTE_MS);
    const issuing = issueSignerKey(authority, request);
    await expect(issuing).rejects.toBeInstanceOf(Retryable);
    vi.useRealTimers();
  });

  test("by a certificate that is no authority's", async () => {
    await expect(loadSignerAuthority(signing)).rejects.toThrow(
      `${signing.path} cannot be used: its certificate is not one of an authority`,
    );
  });
});
