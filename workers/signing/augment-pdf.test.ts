import { certificateDer } from "@nexbasira/core/authority/certificate.ts";
import { NO_REVOCATION } from "@nexbasira/core/authority/issue-signer-key.ts";
import { REVOCATION } from "@nexbasira/core/authority/revocation-extensions.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makePdf } from "../../test/helpers/make-pdf.ts";
import {
  certificateOf,
  down,
  honestList,
  honestOcsp,
  issueOcspKey,
  localWay,
  startRevocationServer,
} from "../../test/helpers/revocation-server.ts";
import { issueTimeStampKey, makeTestAuthority } from "../../test/helpers/test-authority.ts";
import { honest, startTimeStampServer, type TimeStampHandler } from "../../test/helpers/time-stamp-server.ts";
import { augmentPdf } from "./augment-pdf.ts";
import { checkBaseline } from "./check-baseline.ts";
import { listSignatures } from "./list-signatures.ts";
import { type PdfSource, pdfInMemory, readPdf } from "./pdf-source.ts";
import { readSecurityStore } from "./security-store.ts";
import { signPdf } from "./sign-pdf.ts";
import type { TimeStampSource } from "./time-stamp-client.ts";

const DAY_MS = 24 * 3600_000;
const field = { name: "Signer", reason: "Test", location: null, contactInfo: null };

const server = await startRevocationServer();
const revocation = server.addresses;
const root = await makeTestAuthority("Root");
const responder = await issueOcspKey(root);
const key = await root.issueKey("Signer", { revocation });
const tsa = await issueTimeStampKey(root, { revocation });

let stamp: TimeStampHandler = honest(tsa);
const stampServer = await startTimeStampServer((request, response) => stamp(request, response));
const source: TimeStampSource = {
  url: stampServer.url,
  roots: [root.certificate],
  policy: null,
  name: "test",
  qualified: false,
};
const timeStamps = [source];
const trust = { timeStampRoots: source.roots };

beforeEach(() => {
  stamp = honest(tsa);
  Object.assign(server.handlers, { ocsp: honestOcsp(responder), crl: down, issuer: down });
  Object.assign(server.requests, { ocsp: 0, crl: 0, issuer: 0 });
});
afterEach(() => vi.useRealTimers());
afterAll(() => Promise.all([server.close(), stampServer.close()]));

async function sign(withKey: SigningKey = key, pdf?: PdfSource, stamps = timeStamps): Promise<PdfSource> {
  const input = pdf ?? pdfInMemory(await makePdf());
  return (await signPdf({ pdf: input, key: withKey, timeStamps: stamps, field, signedAt: new Date() })).pdf;
}

function augment(pdf: PdfSource, stamps = timeStamps, revocationTimeLimitMs = 10_000) {
  return augmentPdf(pdf, { timeStamps: stamps, certificateWay: localWay, revocationTimeLimitMs });
}

function beginsWith(pdf: PdfSource, start: PdfSource): boolean {
  return Buffer.from(readPdf(pdf)).subarray(0, start.size).equals(readPdf(start));
}

const kinds = (pdf: PdfSource) => listSignatures(pdf).map(({ kind }) => kind);

describe("a signed PDF", () => {
  test("reaches B-LTA by increments, with the data of the signer and the time-stamp authority in it", async () => {
    const signed = await sign();
    const { pdf, baseline, timeStampExpiresAt, problems } = await augment(signed);
    expect({ baseline, problems }).toEqual({ baseline: "B-LTA", problems: [] });
    expect(timeStampExpiresAt).toEqual(tsa.certificate.notAfter.value);
    expect(beginsWith(pdf, signed)).toBe(true);
    expect(kinds(pdf)).toEqual(["signature", "document-time-stamp"]);
    const { certificates, ocsps, crls } = readSecurityStore(pdf);
    for (const each of [key, tsa, { certificate: root.certificate }]) {
      expect(certificates.some((der) => Buffer.from(der).equals(certificateDer(each.certificate)))).toBe(true);
    }
    expect({ ocsps: ocsps.length, crls: crls.length }).toEqual({ ocsps: 2, crls: 0 });
  });

  test("reaches it by revocation lists where the responder is down", async () => {
    server.handlers.ocsp = down;
    server.handlers.crl = honestList(root.key);
    const { pdf, baseline } = await augment(await sign());
    expect(baseline).toBe("B-LTA");
    expect(readSecurityStore(pdf)).toMatchObject({ ocsps: [] });
    expect(readSecurityStore(pdf).crls).not.toEqual([]);
  });

  test.each([
    ["is down", () => down],
    ["lies", () => honestOcsp(key)],
    ["answers nothing", () => () => {}],
  ])("stays as it is while nobody answers on revocation, as the responder %s", async (_name, handler) => {
    Object.assign(server.handlers, { ocsp: handler(), crl: () => {} });
    const signed = await sign();
    const result = await augment(signed, timeStamps, 200);
    expect(result).toMatchObject({ baseline: "B-T", timeStampExpiresAt: null });
    expect(result.problems.join()).toMatch(/OCSP responder .*; The revocation list/);
    expect(Buffer.from(readPdf(result.pdf)).equals(readPdf(signed))).toBe(true);
  });

  test("reaches B-LTA later, over the same bytes, once the responder is back", async () => {
    server.handlers.ocsp = down;
    const before = await augment(await sign());
    server.handlers.ocsp = honestOcsp(responder);
    const after = await augment(before.pdf);
    expect([before.baseline, after.baseline]).toEqual(["B-T", "B-LTA"]);
    expect(beginsWith(after.pdf, before.pdf)).toBe(true);
  });

  test("is B-LT while no authority stamps the document, and B-LTA later without asking anybody again", async () => {
    const signed = await sign();
    stamp = (_request, response) => response.writeHead(503).end();
    const before = await augment(signed);
    expect(before).toMatchObject({ baseline: "B-LT", timeStampExpiresAt: null });
    expect(before.problems.join()).toContain("it answered with status 503");
    stamp = honest(tsa);
    const asked = server.requests.ocsp;
    const after = await augment(before.pdf);
    expect(after.baseline).toBe("B-LTA");
    expect(server.requests.ocsp).toBe(asked);
    expect(beginsWith(after.pdf, before.pdf)).toBe(true);
  });

  test("without a time stamp of its own stays B-B while no authority stamps, and reaches B-LTA over the same bytes", async () => {
    const signed = await sign(key, undefined, []);
    stamp = down;
    const before = await augment(signed);
    expect(before).toMatchObject({ baseline: "B-B", timeStampExpiresAt: null, timeStampAuthority: null });
    expect(before.problems.join()).toContain("it answered with status 503");
    expect(before.pdf.size).toBe(signed.size);

    stamp = honest(tsa);
    server.handlers.ocsp = down;
    const stamped = await augment(before.pdf);
    expect(stamped).toMatchObject({ baseline: "B-T", timeStampAuthority: "CN=Test TSA, O=Test" });
    expect((await augment(stamped.pdf)).pdf.size).toBe(stamped.pdf.size);

    server.handlers.ocsp = honestOcsp(responder);
    const { pdf, baseline, problems, timeStampAuthority } = await augment(stamped.pdf);
    expect({ baseline, problems, timeStampAuthority }).toEqual({
      baseline: "B-LTA",
      problems: [],
      timeStampAuthority: "CN=Test TSA, O=Test",
    });
    expect(beginsWith(pdf, signed)).toBe(true);
    expect(kinds(pdf)).toEqual(["signature", "document-time-stamp", "document-time-stamp"]);
    expect(await checkBaseline(pdf, { timeStampRoots: source.roots })).toMatchObject({ baseline: "B-LTA" });
  });

  test("beside one that is time-stamped is not called so itself", async () => {
    const both = await sign(key, await sign(), []);
    expect(await checkBaseline(both, trust)).toMatchObject({ baseline: "B-B", timeStampAuthority: null });
    const { pdf, baseline } = await augment(both);
    expect(baseline).toBe("B-LTA");
    expect(kinds(pdf)).toEqual(["signature", "signature", "document-time-stamp", "document-time-stamp"]);
  });

  test("gets no document time stamp from an authority that lies", async () => {
    const signed = await sign();
    const token = await issueTimeStampKey(root, { revocation, validFrom: -9, validUntil: -1 });
    stamp = honest(token);
    expect(await augment(signed)).toMatchObject({ baseline: "B-LT" });
  });

  test("holds the data of the document time stamp's authority too, where that is another", async () => {
    const other = await issueTimeStampKey(await root.issueAuthority("Other", { revocation }));
    const signed = await sign();
    stamp = honest(other);
    const { pdf, baseline, problems } = await augment(signed);
    expect(baseline).toBe("B-LTA");
    // Nobody can be asked about that authority itself, and it is said.
    expect(problems.join()).toContain("CN=Test TSA, O=Test does not say where to ask about it");
    const known = await issueTimeStampKey(root, { revocation });
    stamp = honest(known);
    const better = await augment(signed);
    expect(better).toMatchObject({ baseline: "B-LTA", problems: [] });
    const { certificates } = readSecurityStore(better.pdf);
    expect(certificates.some((der) => Buffer.from(der).equals(certificateDer(known.certificate)))).toBe(true);
    expect(readSecurityStore(better.pdf).ocsps).toHaveLength(3);
    expect(kinds(pdf)).toEqual(["signature", "document-time-stamp"]);
  });

  test("takes a responder without exemption only with an answer on that responder's certificate", async () => {
    const extendedKeyUsage = [REVOCATION.ocspSigning];
    const listed = { ...revocation, ocspUrl: revocation.issuerUrl };
    server.handlers.crl = honestList(root.key);
    server.handlers.ocsp = honestOcsp(await root.issueKey("Test OCSP", { extendedKeyUsage, revocation: listed }));
    const { pdf, baseline: reached } = await augment(await sign());
    expect(reached).toBe("B-LTA");
    expect(readSecurityStore(pdf).crls).not.toEqual([]);
    // One that answers for itself says nothing.
    server.handlers.crl = down;
    server.handlers.ocsp = honestOcsp(await root.issueKey("Test OCSP", { extendedKeyUsage, revocation }));
    expect(await augment(await sign())).toMatchObject({ baseline: "B-T" });
    const silent = await root.issueKey("Test OCSP", { extendedKeyUsage });
    server.handlers.ocsp = honestOcsp(silent);
    const { baseline, problems } = await augment(await sign());
    expect(baseline).toBe("B-T");
    expect(problems.join()).toContain("CN=Test OCSP, O=Test does not say where to ask about it");
  });

  test("has a missing authority's certificate fetched from where the one below says it is", async () => {
    const middle = await root.issueAuthority("Middle", { revocation });
    const below = await middle.issueKey("Below", { revocation });
    const alone = { ...below, chain: [] };
    server.handlers.ocsp = down;
    server.handlers.crl = (request, response) =>
      honestList(server.requests.crl === 1 ? middle.key : root.key)(request, response);
    const signed = await sign(alone);
    const without = await augment(signed);
    expect(without).toMatchObject({ baseline: "B-T" });
    server.handlers.issuer = certificateOf(middle);
    server.requests.crl = 0;
    const { pdf, baseline } = await augment(signed);
    expect(baseline).toBe("B-LTA");
    const middleDer = certificateDer(middle.certificate);
    expect(readSecurityStore(pdf).certificates.some((der) => Buffer.from(der).equals(middleDer))).toBe(true);
  });

  test("asks nobody about a certificate that is too short-lived to be revoked", async () => {
    const short = await root.issueKey("Short", { validUntil: 1 / 24, statements: Object.values(NO_REVOCATION) });
    const signed = await sign(key, await sign(short));
    const { pdf, baseline } = await augment(signed);
    expect(baseline).toBe("B-LTA");
    expect(kinds(pdf)).toEqual(["signature", "signature", "document-time-stamp"]);
    expect(server.requests.ocsp).toBe(2);
  });
});

describe("a signature whose certificate was revoked", () => {
  const serial = key.certificate.serialNumber.toBigInt();

  test("before it was made is not to be delivered", async () => {
    const revokedAt = new Date(Date.now() - DAY_MS);
    server.handlers.ocsp = honestOcsp(responder, (number) => (number === serial ? { revokedAt } : "good"));
    const augmenting = augment(await sign());
    await expect(augmenting).rejects.toBeInstanceOf(Permanent);
    await expect(augmenting).rejects.toThrow("the certificate of CN=Signer, O=Test was revoked at");
  });

  test("after it was made goes on to hold", async () => {
    const revokedAt = new Date(Date.now() + 60_000);
    server.handlers.ocsp = honestOcsp(responder, (number) => (number === serial ? { revokedAt } : "good"));
    expect(await augment(await sign())).toMatchObject({ baseline: "B-LTA" });
  });
});

describe("the renewal", () => {
  test("covers the old time stamp by a new one of a certificate that lasts longer, with fresh data", async () => {
    const first = await augment(await sign());
    const asked = server.requests.ocsp;
    vi.setSystemTime(Date.now() + 25 * DAY_MS);
    const next = await issueTimeStampKey(root, { revocation, validFrom: -1, validUntil: 4 });
    vi.useRealTimers();
    vi.setSystemTime(Date.now() + 26 * DAY_MS);
    stamp = honest(next);
    const second = await augment(first.pdf);
    expect(second).toMatchObject({ baseline: "B-LTA", problems: [] });
    expect(second.timeStampExpiresAt).toEqual(next.certificate.notAfter.value);
    expect(beginsWith(second.pdf, first.pdf)).toBe(true);
    expect(kinds(second.pdf)).toEqual(["signature", "document-time-stamp", "document-time-stamp"]);
    // Anew for the old time stamp's authority, and for the new one's: not for the signer.
    expect(server.requests.ocsp).toBe(asked + 2);
  });

  test("still holds when the certificates of the signature have ended", async () => {
    const first = await augment(await sign());
    vi.setSystemTime(Date.now() + 365 * DAY_MS);
    expect(await checkBaseline(first.pdf, trust)).toMatchObject({ baseline: "B-LTA" });
  });
});

describe("the level is never said to be higher than it is", () => {
  test("without the document time stamp, or without the data", async () => {
    const signed = await sign();
    const early = (await augment(signed)).pdf;
    expect(await checkBaseline(early, trust)).toMatchObject({ baseline: "B-LTA" });
    const [, documentStamp] = listSignatures(early);
    const size = documentStamp?.end ?? expect.fail();
    expect(size).toBe(early.size);
    // Cut off after the data: the very same bytes without their time stamp.
    const bytes = Buffer.from(readPdf(early));
    const endOfStore = bytes.lastIndexOf("%%EOF\n", size - 10) + "%%EOF\n".length;
    expect(await checkBaseline(pdfInMemory(bytes.subarray(0, endOfStore)), trust)).toMatchObject({ baseline: "B-LT" });
    expect(await checkBaseline(signed, trust)).toMatchObject({ baseline: "B-T" });
  });

  test("where an answer in the file was altered", async () => {
    const { pdf } = await augment(await sign());
    const bytes = Buffer.from(readPdf(pdf));
    const [, documentStamp] = listSignatures(pdf);
    const withoutStamp = bytes.subarray(0, bytes.lastIndexOf("%%EOF\n", (documentStamp?.end ?? 0) - 10) + 6);
    const [ocsp] = readSecurityStore(pdf).ocsps;
    const at = withoutStamp.indexOf(ocsp ?? expect.fail());
    const position = at + (ocsp?.length ?? 0) - 500;
    withoutStamp[position] = (withoutStamp[position] ?? 0) ^ 1;
    expect(await checkBaseline(pdfInMemory(withoutStamp), trust)).toMatchObject({ baseline: "B-T" });
  });
});
