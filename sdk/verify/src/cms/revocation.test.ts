import { KEY_USAGE } from "@nexbasira/core/authority/issue-certificate.ts";
import { type SigningKey, signatureAlgorithmIdentifier } from "@nexbasira/core/authority/signing-key.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { beforeAll, describe, expect, test } from "vitest";
import { makeTestAuthority, type TestAuthority } from "../../../../test/helpers/test-authority.ts";
import { revocationAt } from "./revocation.ts";

const HOUR_MS = 3600_000;
/** A whole second, as certificates have them, from which all times here are counted in hours. */
const NOW = new Date(Math.floor(Date.now() / 1000) * 1000);
const at = (hours: number) => new Date(NOW.getTime() + hours * HOUR_MS);
const HOLD = 6;
const REMOVED = 8;

let root: TestAuthority;
let signer: pkijs.Certificate;
beforeAll(async () => {
  root = await makeIssuer();
  signer = (await root.issueKey("Signer")).certificate;
});

/** An authority that may sign lists. */
async function makeIssuer(): Promise<TestAuthority> {
  const keyUsage = KEY_USAGE.keyCertSign | KEY_USAGE.cRLSign;
  return (await makeTestAuthority("Root")).issueAuthority("Issuer", { keyUsage });
}

interface ListOptions {
  by?: SigningKey;
  /** Hours from now. */
  from?: number;
  until?: number;
  /** When the signer was revoked, and why. */
  revoked?: number;
  reason?: number;
  /** Extensions of the list, and of the entry. */
  extensions?: pkijs.Extension[];
  ofEntry?: pkijs.Extension[];
}

function extension(extnID: string, value: asn1js.AsnType, critical = true): pkijs.Extension {
  return new pkijs.Extension({ extnID, critical, extnValue: value.toBER() });
}

async function list(options: ListOptions = {}): Promise<Uint8Array> {
  const { by = root.key, from = 1, until = 24, revoked, reason, extensions = [], ofEntry = [] } = options;
  const time = (hours: number) => new pkijs.Time({ type: pkijs.TimeType.UTCTime, value: at(hours) });
  const ofReason =
    reason === undefined ? [] : [extension("2.5.29.21", new asn1js.Enumerated({ value: reason }), false)];
  const more = [...ofReason, ...ofEntry];
  const made = new pkijs.CertificateRevocationList({
    version: 1,
    signature: signatureAlgorithmIdentifier(by.algorithm),
    issuer: by.certificate.subject,
    thisUpdate: time(from),
    nextUpdate: time(until),
    signatureAlgorithm: signatureAlgorithmIdentifier(by.algorithm),
    ...(extensions.length > 0 && { crlExtensions: new pkijs.Extensions({ extensions }) }),
    ...(revoked !== undefined && {
      revokedCertificates: [
        new pkijs.RevokedCertificate({
          userCertificate: signer.serialNumber,
          revocationDate: time(revoked),
          ...(more.length > 0 && { crlEntryExtensions: new pkijs.Extensions({ extensions: more }) }),
        }),
      ],
    }),
  });
  const unsigned: unknown = made.toSchema(true);
  const body = unsigned instanceof asn1js.Sequence ? unsigned.valueBlock.value[0] : undefined;
  if (!body) throw new Error("the list cannot be encoded");
  const tbs = new Uint8Array(body.toBER());
  const signature = new asn1js.BitString({ valueHex: await by.sign(tbs) });
  const parts = [asn1js.fromBER(tbs).result, signatureAlgorithmIdentifier(by.algorithm).toSchema(), signature];
  return new Uint8Array(new asn1js.Sequence({ value: parts }).toBER());
}

/** What lists say of the signer now: good, revoked, or why neither. */
async function said(...lists: Uint8Array[]): Promise<string> {
  const found = await revocationAt(signer, root.certificate, { ocsps: [], crls: lists }, NOW);
  return found.status === "unknown" ? found.reason.code : found.status;
}

describe("a revocation list", () => {
  test("says of a certificate that it does not name that it was good", async () => {
    expect(await said(await list())).toBe("good");
    expect(await said(await list({ from: -1, until: 1 }))).toBe("good");
  });

  test("counts by the time in question: revoked before, or only after", async () => {
    expect(await said(await list({ revoked: -2 }))).toBe("revoked");
    expect(await said(await list({ revoked: 0 }))).toBe("revoked");
    expect(await said(await list({ from: 2, revoked: 1 }))).toBe("good");
    expect(await said(await list(), await list({ from: -48, until: -24, revoked: -72 }))).toBe("revoked");
  });

  test("is on hold since a time: neither revoked nor good, whatever another list says", async () => {
    expect(await said(await list({ revoked: -2, reason: HOLD }))).toBe("on_hold");
    expect(await said(await list(), await list({ revoked: -2, reason: HOLD }))).toBe("on_hold");
    expect(await said(await list({ from: 2, revoked: 1, reason: HOLD }))).toBe("good");
  });

  test("says nothing where it is outdated, or was made after the certificate's end", async () => {
    expect(await said(await list({ from: -48, until: -24 }))).toBe("revocation_outdated");
    expect(await said(await list({ from: 24 * 4000, until: 24 * 4001 }))).toBe("crl_after_end");
    const keeps = extension("2.5.29.60", new asn1js.GeneralizedTime({ valueDate: at(-1) }), false);
    expect(await said(await list({ from: 24 * 4000, until: 24 * 4001, extensions: [keeps] }))).toBe("good");
  });

  test("says nothing where it is another's, or not signed by the issuer", async () => {
    const other = await makeTestAuthority("Somebody else");
    expect(await said(await list({ by: other.key }))).toBe("revocation_missing");
    const namesake = await makeIssuer();
    expect(await said(await list({ by: namesake.key }))).toBe("revocation_other_issuer");
    const broken = await list();
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    expect(await said(broken)).toBe("revocation_other_issuer");
    expect(await said(Uint8Array.of(1, 2, 3))).toBe("revocation_unreadable");
    expect(await said()).toBe("revocation_missing");
  });

  test("says nothing where its issuer may not sign lists", async () => {
    const below = await makeTestAuthority("Certificates only");
    const { certificate } = await below.issueKey("Signer");
    const data = { ocsps: [], crls: [await list({ by: below.key })] };
    const found = await revocationAt(certificate, below.certificate, data, NOW);
    expect(found).toMatchObject({ status: "unknown", reason: { code: "revocation_other_issuer" } });
  });

  test("is refused where it is a delta, indirect or partial list, and where it says that something was removed", async () => {
    const number = new asn1js.Integer({ value: 1 });
    const point = (...value: asn1js.AsnType[]) => extension("2.5.29.28", new asn1js.Sequence({ value }));
    const flag = (tagNumber: number) =>
      new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber }, valueHex: Uint8Array.of(0xff).buffer });
    const issuer = extension("2.5.29.29", new asn1js.Sequence({ value: [] }));
    expect(await said(await list({ extensions: [extension("2.5.29.27", number)] }))).toBe("crl_delta");
    expect(await said(await list({ extensions: [extension("2.5.29.27", number, false)] }))).toBe("crl_delta");
    expect(await said(await list({ extensions: [point(flag(4))] }))).toBe("crl_indirect");
    expect(await said(await list({ revoked: 1, from: 2, ofEntry: [issuer] }))).toBe("crl_indirect");
    expect(await said(await list({ extensions: [point(flag(1))] }))).toBe("crl_partial");
    expect(await said(await list({ extensions: [extension("1.2.3", number)] }))).toBe("crl_partial");
    expect(await said(await list({ revoked: -2, reason: REMOVED }))).toBe("crl_removed");
  });
});

/** Of the signer, by its issuer, made an hour from now. */
async function answer(status: asn1js.AsnType, { from = 1, until = 24 } = {}): Promise<Uint8Array> {
  const certID = new pkijs.CertID();
  await certID.createForCertificate(signer, { hashAlgorithm: "SHA-1", issuerCertificate: root.certificate });
  const data = new pkijs.ResponseData({
    responderID: root.certificate.subject,
    producedAt: at(from),
    responses: [new pkijs.SingleResponse({ certID, certStatus: status, thisUpdate: at(from), nextUpdate: at(until) })],
  });
  const tbs = new Uint8Array(data.toSchema(true).toBER());
  const signature = new asn1js.BitString({ valueHex: await root.key.sign(tbs) });
  const parts = [asn1js.fromBER(tbs).result, signatureAlgorithmIdentifier(root.key.algorithm).toSchema(), signature];
  const response = new asn1js.OctetString({ valueHex: new asn1js.Sequence({ value: parts }).toBER() });
  const responseBytes = new pkijs.ResponseBytes({ responseType: "1.3.6.1.5.5.7.48.1.1", response });
  const whole = new pkijs.OCSPResponse({ responseStatus: new asn1js.Enumerated({ value: 0 }), responseBytes });
  return new Uint8Array(whole.toSchema().toBER());
}

/** CertStatus of RFC 6960, clause 4.2.1. */
function revoked(hours: number, reason?: number): asn1js.AsnType {
  const time = new asn1js.GeneralizedTime({ valueDate: at(hours) });
  const tagged = (tagNumber: number, value: asn1js.AsnType[]) =>
    new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber }, value });
  return tagged(1, reason === undefined ? [time] : [time, tagged(0, [new asn1js.Enumerated({ value: reason })])]);
}
const GOOD = new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber: 0 }, lenBlock: { length: 1 } });

describe("an OCSP answer", () => {
  const saidBy = async (ocsps: Uint8Array[], crls: Uint8Array[] = []) => {
    const found = await revocationAt(signer, root.certificate, { ocsps, crls }, NOW);
    return found.status === "unknown" ? found.reason.code : found.status;
  };

  test("says good, and revoked by the time in question", async () => {
    expect(await saidBy([await answer(GOOD)])).toBe("good");
    expect(await saidBy([await answer(revoked(-2))])).toBe("revoked");
    expect(await saidBy([await answer(revoked(1), { from: 2 })])).toBe("good");
  });

  test("of a certificate on hold is neither revoked nor good, whatever else says good", async () => {
    const onHold = await answer(revoked(-2, HOLD));
    expect(await saidBy([onHold])).toBe("on_hold");
    expect(await saidBy([await answer(GOOD), onHold], [await list()])).toBe("on_hold");
    expect(await saidBy([onHold, await answer(revoked(-1, 1))])).toBe("revoked");
    expect(await saidBy([await answer(revoked(1, HOLD), { from: 2 })])).toBe("good");
  });
});
