import { isSame, isSignedBy, isValidAt, keyUsage } from "@nexbasira/core/authority/certificate-path.ts";
import { sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { keyPurposes } from "./certificate-path.ts";
import { bytesOf, elementsOf, readDer } from "./der.ts";

const OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
const BASIC = "1.3.6.1.5.5.7.48.1.1";
const CRL_SIGN = 0x02;
const SHA1 = "1.3.14.3.2.26";
/** How long before the time in question an answer without an end may have been made, in ms. */
const FRESH_MS = 24 * 3600 * 1000;

/** The OCSP answers and CRLs that a file brings, as they are. */
export interface RevocationData {
  ocsps: readonly Uint8Array[];
  crls: readonly Uint8Array[];
}

/** `from` is when what says so was made. */
export type RevocationStatus =
  | { status: "good"; from: Date }
  | { status: "revoked"; at: Date; from: Date }
  | { status: "unknown" };

/**
 * Whether a certificate was revoked at a time, by what the file brings (RFC 6960, RFC 5280, clause 6.3). Only answers
 * count that its issuer signed, or a responder that the issuer certified for just that, and that speak of the time: made
 * after it, or still valid then. What says "revoked" weighs more than what says "good".
 */
export async function revocationAt(
  certificate: pkijs.Certificate,
  issuer: pkijs.Certificate,
  data: RevocationData,
  at: Date,
): Promise<RevocationStatus> {
  let good: RevocationStatus = { status: "unknown" };
  for (const [read, list] of [
    [byOcsp, data.ocsps],
    [byCrl, data.crls],
  ] as const) {
    for (const der of list) {
      const found = await ignoring(() => read(der, certificate, issuer));
      if (!found || !speaksOf(found, at)) continue;
      if (found.revokedAt && found.revokedAt <= at) return { status: "revoked", at: found.revokedAt, from: found.from };
      if (good.status === "unknown" || found.from < good.from) good = { status: "good", from: found.from };
    }
  }
  return good;
}

interface Statement {
  from: Date;
  until: Date | null;
  revokedAt: Date | null;
}

function speaksOf({ from, until, revokedAt }: Statement, at: Date): boolean {
  // Revoked once is revoked for ever: a CRL of any time that says so counts.
  if (from >= at || revokedAt) return true;
  return until ? until >= at : at.getTime() - from.getTime() <= FRESH_MS;
}

/** What cannot be read says nothing. */
async function ignoring<T>(read: () => Promise<T | null>): Promise<T | null> {
  try {
    return await read();
  } catch {
    // Whatever the libraries throw at a stranger's bytes.
    return null;
  }
}

async function byOcsp(
  der: Uint8Array,
  certificate: pkijs.Certificate,
  issuer: pkijs.Certificate,
): Promise<Statement | null> {
  const response = new pkijs.OCSPResponse({ schema: readDer(der) });
  if (response.responseBytes?.responseType !== BASIC) return null;
  const basic = new pkijs.BasicOCSPResponse({
    schema: readDer(new Uint8Array(response.responseBytes.response.getValue())),
  });
  const { responses, producedAt } = basic.tbsResponseData;
  if (!(await isAnsweredBy(basic, issuer, producedAt))) return null;
  for (const single of responses) {
    if (!(await isAbout(single.certID, certificate, issuer))) continue;
    const from = single.thisUpdate;
    const until: Date | null = single.nextUpdate ?? null;
    const status: unknown = single.certStatus;
    if (!(status instanceof asn1js.BaseBlock)) return null;
    const tag = status.idBlock.tagNumber;
    if (tag === 0) return { from, until, revokedAt: null };
    const [time] = elementsOf(status);
    if (tag === 1 && time instanceof asn1js.GeneralizedTime) return { from, until, revokedAt: time.toDate() };
  }
  return null;
}

async function isAnsweredBy(basic: pkijs.BasicOCSPResponse, issuer: pkijs.Certificate, at: Date): Promise<boolean> {
  const engine = pkijs.getCrypto(true);
  const data = Uint8Array.from(basic.tbsResponseData.tbsView);
  for (const candidate of [issuer, ...(basic.certs ?? []).slice(0, 8)]) {
    const isIssuer = isSame(candidate, issuer);
    const isDelegate =
      keyPurposes(candidate).purposes.includes(OCSP_SIGNING) &&
      isValidAt(candidate, at) &&
      candidate.issuer.isEqual(issuer.subject) &&
      (await isSignedBy(candidate, issuer));
    if (!isIssuer && !isDelegate) continue;
    const key = candidate.subjectPublicKeyInfo;
    try {
      if (await engine.verifyWithPublicKey(data, basic.signature, key, basic.signatureAlgorithm)) return true;
    } catch {
      // A key of another kind than the signature: it was not this one.
    }
  }
  return false;
}

async function isAbout(id: pkijs.CertID, certificate: pkijs.Certificate, issuer: pkijs.Certificate): Promise<boolean> {
  if (!sameBytes(bytesOf(id.serialNumber), bytesOf(certificate.serialNumber))) return false;
  const oid = id.hashAlgorithm.algorithmId;
  // SHA-1 only finds the certificate that is meant here (RFC 6960, clause 4.1.1); the answer is signed by its issuer.
  const hash = oid === SHA1 ? "SHA-1" : pkijs.getCrypto(true).getAlgorithmByOID(oid, true).name;
  const digest = async (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest(hash, bytes));
  const name = await digest(new Uint8Array(issuer.subject.toSchema().toBER()));
  const key = await digest(Uint8Array.from(issuer.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView));
  return sameBytes(bytesOf(id.issuerNameHash), name) && sameBytes(bytesOf(id.issuerKeyHash), key);
}

async function byCrl(
  der: Uint8Array,
  certificate: pkijs.Certificate,
  issuer: pkijs.Certificate,
): Promise<Statement | null> {
  const crl = new pkijs.CertificateRevocationList({ schema: readDer(der) });
  // A delta or an indirect list says only part of it, or speaks of others.
  if (crl.crlExtensions?.extensions.some(({ critical }) => critical)) return null;
  if (!crl.issuer.isEqual(issuer.subject) || (keyUsage(issuer) & CRL_SIGN) === 0) return null;
  if (!(await crl.verify({ issuerCertificate: issuer }))) return null;
  const number = bytesOf(certificate.serialNumber);
  const entry = crl.revokedCertificates?.find(({ userCertificate }) => sameBytes(bytesOf(userCertificate), number));
  const revokedAt = entry ? entry.revocationDate.value : null;
  return { from: crl.thisUpdate.value, until: crl.nextUpdate?.value ?? null, revokedAt };
}
