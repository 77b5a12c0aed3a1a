import { certificateDer } from "@nexbasira/core/authority/certificate.ts";
import { findExtension } from "@nexbasira/core/authority/certificate-path.ts";
import { sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import { REVOCATION } from "@nexbasira/core/authority/revocation-extensions.ts";
import { Retryable } from "@nexbasira/core/contract/errors.ts";
import * as pkijs from "pkijs";
import { findCertificatePath } from "./certificate-path.ts";
import { Refused } from "./refused.ts";
import { checkOcspResponse } from "./revocation/check-ocsp-response.ts";
import { checkRevocationList } from "./revocation/check-revocation-list.ts";
import type { RevocationRequest } from "./revocation/request-revocation.ts";
import { checkNotRevoked, type RevocationAnswer } from "./revocation/revocation-answer.ts";
import type { ValidationData } from "./security-store.ts";

/** A certificate that something in the file rests on. */
export interface CertificateUse {
  certificate: pkijs.Certificate;
  /** Certificates that may lie above it, roots among them. */
  others: readonly pkijs.Certificate[];
  /** When it was used, by a time stamp. */
  at: Date;
  /** Whether what the file holds of it already is too old: it is asked for anew. */
  renew: boolean;
}

/** Where answers come from that the file does not hold. */
export interface RevocationSource {
  request(asked: RevocationRequest): Promise<RevocationAnswer>;
  /** The issuer's certificate from where the certificate says it is; null where it is not to be had. */
  fetchIssuer(certificate: pkijs.Certificate): Promise<pkijs.Certificate | null>;
}

/** Extensions by which a certificate says that there is nothing to ask about it. */
const NEVER_REVOKED = [REVOCATION.noCheck, REVOCATION.noRevocationAvailable, REVOCATION.validityAssuredShortTerm];

/** A responder whose certificate another responder answers for, and so on. */
const MAX_RESPONDERS = 3;
const MAX_FETCHED_ISSUERS = 5;

/**
 * Everything that is needed to validate some certificates later (ETSI EN 319 142-1, clause 6.3, level B-LT): each one's
 * path to a root that signed itself, and for all on it but the root an answer on its revocation; for a responder's
 * certificate the same, unless it says that nobody has to ask.
 *
 * @param source null to look only at what the file holds
 * @throws Retryable where something is not to be had
 * @throws Revoked where a certificate was revoked when it was used
 */
export async function collectValidationData(
  uses: readonly CertificateUse[],
  stored: ValidationData,
  source: RevocationSource | null,
): Promise<ValidationData> {
  const found: Found = { certificates: [], ocsps: [], crls: [] };
  for (const use of uses) await coverUse(use, { stored, source, found, responders: 0 });
  return found;
}

type Found = { -readonly [Key in keyof ValidationData]: Uint8Array[] };

interface Collection {
  stored: ValidationData;
  source: RevocationSource | null;
  found: Found;
  responders: number;
}

async function coverUse(use: CertificateUse, collection: Collection): Promise<void> {
  const { stored, source, found, responders } = collection;
  const path = await completePath(use, stored, source);
  for (const each of path) keep(found.certificates, certificateDer(each));
  for (const [index, certificate] of path.entries()) {
    const issuer = path[index + 1];
    if (!issuer || NEVER_REVOKED.some((oid) => findExtension(certificate, oid))) continue;
    const known = use.renew && source ? null : await findAnswer(certificate, issuer, [stored, found]);
    const answer = known ?? (await source?.request({ certificate, issuer }));
    if (!answer) throw new Retryable("The file holds no answer on the revocation of one of its certificates");
    checkNotRevoked(certificate, answer, use.at);
    keep(answer.kind === "ocsp" ? found.ocsps : found.crls, answer.der);
    if (!answer.delegate) continue;
    if (responders >= MAX_RESPONDERS) throw new Retryable("The responders' certificates go on for too long");
    const delegate = { certificate: answer.delegate, others: path, at: answer.thisUpdate, renew: use.renew };
    await coverUse(delegate, { ...collection, responders: responders + 1 });
  }
}

/** The path to a root, its missing certificates fetched from where those below them say they are. */
async function completePath(
  { certificate, others, at }: CertificateUse,
  stored: ValidationData,
  source: RevocationSource | null,
): Promise<pkijs.Certificate[]> {
  const pool = [...others, ...stored.certificates.map((der) => pkijs.Certificate.fromBER(new Uint8Array(der)))];
  let highest = certificate;
  for (let fetched = 0; ; fetched++) {
    const roots = pool.filter(({ issuer, subject }) => issuer.isEqual(subject));
    try {
      return await findCertificatePath(certificate, { intermediates: pool, roots, at });
    } catch (cause) {
      if (!(cause instanceof Refused)) throw cause;
      highest = topOf(highest, pool);
      const issuer = fetched < MAX_FETCHED_ISSUERS ? await source?.fetchIssuer(highest) : null;
      if (!issuer) throw new Retryable(cause.message, { cause });
      pool.push(issuer);
    }
  }
}

/** The last certificate above this one whose issuer is not there. */
function topOf(certificate: pkijs.Certificate, pool: readonly pkijs.Certificate[]): pkijs.Certificate {
  let top = certificate;
  for (let step = 0; step < pool.length; step++) {
    const issuer = pool.find(({ subject }) => subject.isEqual(top.issuer));
    if (!issuer || issuer === top) break;
    top = issuer;
  }
  return top;
}

/** The newest true answer among those at hand, whenever it was made. */
async function findAnswer(
  certificate: pkijs.Certificate,
  issuer: pkijs.Certificate,
  places: readonly ValidationData[],
): Promise<RevocationAnswer | null> {
  const answers: RevocationAnswer[] = [];
  for (const { ocsps, crls } of places) {
    for (const der of ocsps) {
      const question = { certificate, issuer, nonce: null, at: null };
      answers.push(...(await orNothing(checkOcspResponse(new Uint8Array(der), question))));
    }
    for (const der of crls) {
      answers.push(...(await orNothing(checkRevocationList(new Uint8Array(der), { certificate, issuer, at: null }))));
    }
  }
  return answers.sort((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime())[0] ?? null;
}

async function orNothing<T>(check: Promise<T>): Promise<T[]> {
  try {
    return [await check];
  } catch (error) {
    // An answer about another certificate.
    if (error instanceof Refused) return [];
    throw error;
  }
}

function keep(list: Uint8Array[], der: Uint8Array): void {
  if (!list.some((other) => sameBytes(other, der))) list.push(der);
}
