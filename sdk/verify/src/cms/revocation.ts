import { isSame, isSignedBy, isValidAt } from "@nexbasira/core/authority/certificate-path.ts";
import { sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { because, type Reason } from "../reasons.ts";
import { keyPurposes, shown } from "./certificate-path.ts";
import { bytesOf, elementsOf, readDer, readOnce } from "./der.ts";
import { byRevocationList } from "./revocation-list.ts";

const OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
const BASIC = "1.3.6.1.5.5.7.48.1.1";
const REVOKED_TAG = 1;
/** The reason "certificate hold" (RFC 5280, clause 5.3.1). */
const HOLD = 6;
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
  | { status: "unknown"; reason: Reason };

/** What an answer or a list says of one certificate. */
export interface RevocationStatement {
  from: Date;
  until: Date | null;
  revokedAt: Date | null;
  /** Since when it is on hold: neither revoked nor good. */
  heldSince: Date | null;
}

/**
 * Whether a certificate was revoked at a time, by what the file brings (RFC 6960, RFC 5280, clause 6.3). Only answers
 * count that its issuer signed, or a responder that the issuer certified for just that, and that speak of the time: made
 * after it, or still valid then. What says "revoked" weighs more than what says "on hold", and that more than "good".
 */
export async function revocationAt(
  certificate: pkijs.Certificate,
  issuer: pkijs.Certificate,
  data: RevocationData,
  at: Date,
): Promise<RevocationStatus> {
  const reasons: Reason[] = [];
  const good: Date[] = [];
  let held: Reason | undefined;
  for (const [read, list] of [
    [byOcsp, data.ocsps],
    [byRevocationList, data.crls],
  ] as const) {
    for (const der of list) {
      const found = await guardedRead(() => read(der, certificate, issuer));
      if (!found) continue;
      if ("code" in found) reasons.push(found);
      else if (!speaksOf(found, at)) reasons.push(because("revocation_outdated", { time: shown(at) }));
      else if (found.revokedAt && found.revokedAt <= at)
        return { status: "revoked", at: found.revokedAt, from: found.from };
      else if (found.heldSince && found.heldSince <= at) held = because("on_hold", { time: shown(found.heldSince) });
      else good.push(found.from);
    }
  }
  if (held) return { status: "unknown", reason: held };
  const [first] = good.sort((a, b) => a.getTime() - b.getTime());
  if (first) return { status: "good", from: first };
  return { status: "unknown", reason: reasons[0] ?? because("revocation_missing") };
}

function speaksOf({ from, until, revokedAt }: RevocationStatement, at: Date): boolean {
  // Revoked once is revoked for ever: a CRL of any time that says so counts.
  if (from >= at || revokedAt) return true;
  return until ? until >= at : at.getTime() - from.getTime() <= FRESH_MS;
}

async function guardedRead<T>(read: () => Promise<T>): Promise<T | Reason> {
  try {
    return await read();
  } catch {
    // Whatever the libraries throw at a stranger's bytes.
    return because("revocation_unreadable");
  }
}

/** Null for an answer of another kind. */
const readAnswer = readOnce((der) => {
  const response = new pkijs.OCSPResponse({ schema: readDer(der) });
  if (response.responseBytes?.responseType !== BASIC) return null;
  return new pkijs.BasicOCSPResponse({
    schema: readDer(new Uint8Array(response.responseBytes.response.getValue())),
  });
});

async function byOcsp(
  der: Uint8Array,
  certificate: pkijs.Certificate,
  issuer: pkijs.Certificate,
): Promise<RevocationStatement | Reason | null> {
  const basic = readAnswer(der);
  if (!basic) return null;
  const { responses, producedAt } = basic.tbsResponseData;
  for (const single of responses) {
    if (!(await isAbout(single.certID, certificate, issuer))) continue;
    if (!(await isAnsweredBy(basic, issuer, producedAt))) return because("revocation_other_issuer");
    const from = single.thisUpdate;
    const until: Date | null = single.nextUpdate ?? null;
    const status: unknown = single.certStatus;
    if (!(status instanceof asn1js.BaseBlock)) return null;
    const tag = status.idBlock.tagNumber;
    if (tag === 0) return { from, until, revokedAt: null, heldSince: null };
    if (tag !== REVOKED_TAG) return because("revocation_not_listed");
    const [time, reason] = elementsOf(status);
    if (!(time instanceof asn1js.GeneralizedTime)) return because("revocation_unreadable");
    const [code] = elementsOf(reason);
    const isHeld = code instanceof asn1js.Enumerated && code.valueBlock.valueDec === HOLD;
    return { from, until, revokedAt: isHeld ? null : time.toDate(), heldSince: isHeld ? time.toDate() : null };
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
