import { randomBytes } from "node:crypto";
import { distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import { REVOCATION, readRevocationAddresses } from "@nexbasira/core/authority/revocation-extensions.ts";
import { Retryable } from "@nexbasira/core/contract/errors.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { fetchLimited, type GuardedWay, hostOf } from "../fetch-limited.ts";
import { Refused } from "../refused.ts";
import { checkOcspResponse } from "./check-ocsp-response.ts";
import { checkRevocationList } from "./check-revocation-list.ts";
import type { RevocationAnswer } from "./revocation-answer.ts";

/** Of each kind. */
const MAX_ADDRESSES = 3;
/** In bytes. */
const OCSP_SIZE_LIMIT = 64 * 1024;
const LIST_SIZE_LIMIT = 4 * 1024 * 1024;
/** RFC 9654: long enough to be new each time, short enough for responders of the older limit of 32. */
const NONCE_BYTES = 16;

export interface RevocationRequest {
  certificate: pkijs.Certificate;
  issuer: pkijs.Certificate;
}

/** How the addresses are reached that certificates name. */
export interface RevocationAccess {
  way: GuardedWay;
  /** How long each address may take, in ms; 10,000 where nothing is said. */
  timeLimitMs?: number | undefined;
}

/**
 * Asks whether a certificate was revoked: the OCSP responders that it names, one after the other, and where none of
 * them gives a true answer its revocation lists. Every answer is checked before it is used.
 *
 * @throws Retryable where no true answer is to be had, with what each of them said; also for a certificate that names
 *   nobody to ask
 */
export async function requestRevocation(asked: RevocationRequest, access: RevocationAccess): Promise<RevocationAnswer> {
  const { ocsp, crl } = readRevocationAddresses(asked.certificate);
  const problems: string[] = [];
  for (const attempt of [
    ...ocsp.slice(0, MAX_ADDRESSES).map((url) => () => askResponder(url, asked, access)),
    ...crl.slice(0, MAX_ADDRESSES).map((url) => () => fetchList(url, asked, access)),
  ]) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Retryable)) throw error;
      problems.push(error.message);
    }
  }
  const subject = distinguishedName(asked.certificate.subject);
  throw new Retryable(problems.join("; ") || `The certificate of ${subject} does not say where to ask about it`);
}

async function askResponder(
  url: string,
  asked: RevocationRequest,
  access: RevocationAccess,
): Promise<RevocationAnswer> {
  const nonce = new Uint8Array(randomBytes(NONCE_BYTES));
  const der = await fetchLimited({
    url,
    who: "The OCSP responder",
    post: {
      body: await encodeRequest(asked, nonce),
      contentType: "application/ocsp-request",
    },
    accept: "application/ocsp-response",
    ...access,
    sizeLimit: OCSP_SIZE_LIMIT,
  });
  return orRetryable(`The answer of the OCSP responder at ${hostOf(url)} was refused`, () =>
    checkOcspResponse(der, { ...asked, nonce, at: new Date() }),
  );
}

async function fetchList(url: string, asked: RevocationRequest, access: RevocationAccess): Promise<RevocationAnswer> {
  const der = await fetchLimited({ url, who: "The revocation list", ...access, sizeLimit: LIST_SIZE_LIMIT });
  return orRetryable(`The revocation list at ${hostOf(url)} was refused`, () =>
    checkRevocationList(der, { ...asked, at: new Date() }),
  );
}

async function orRetryable<T>(what: string, check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    throw new Retryable(`${what}: ${cause.message}`, { cause });
  }
}

/** One question, the issuer named by SHA-1: the one hash that every responder knows (RFC 5019, clause 2.1.1). */
async function encodeRequest({ certificate, issuer }: RevocationRequest, nonce: Uint8Array): Promise<Uint8Array> {
  const reqCert = await pkijs.CertID.create(certificate, { hashAlgorithm: "SHA-1", issuerCertificate: issuer });
  const request = new pkijs.OCSPRequest({
    tbsRequest: new pkijs.TBSRequest({
      requestList: [new pkijs.Request({ reqCert })],
      requestExtensions: [
        new pkijs.Extension({
          extnID: REVOCATION.nonce,
          critical: false,
          extnValue: new asn1js.OctetString({ valueHex: nonce }).toBER(),
        }),
      ],
    }),
  });
  return new Uint8Array(request.toSchema(true).toBER());
}
