import { Retryable } from "@nexbasira/core/contract/errors.ts";
import type * as pkijs from "pkijs";
import { type CheckedSignature, checkSignatureValue } from "./check-signature.ts";
import { listSignatures, type SignatureBytes } from "./list-signatures.ts";
import { digestPdf, firstBytes, type PdfSource } from "./pdf-source.ts";
import { readSecurityStore } from "./security-store.ts";
import { type CertificateUse, collectValidationData } from "./validation-data.ts";
import { type TimeStamp, verifyTimeStampToken } from "./verify-time-stamp-token.ts";

type Baseline = "B-B" | "B-T" | "B-LT" | "B-LTA";

/** What a signed PDF rests on, every signature and time stamp in it having been checked. */
export interface SignedContent {
  /** Whether all its signatures are time-stamped, each by its own time stamp or by one of the document after it. */
  isTimeStamped: boolean;
  /** Who stamped the newest signature; null where nobody did. */
  timeStampAuthority: string | null;
  /** The certificates of the signatures and of their time stamps. */
  signatureUses: CertificateUse[];
  /** The document time stamps, the oldest first. */
  documentTimeStamps: { timeStamp: TimeStamp; use: CertificateUse; end: number }[];
}

interface Trust {
  timeStampRoots: readonly pkijs.Certificate[];
}

/** @throws Refused where a signature or a time stamp does not hold */
export async function readSignedContent(pdf: PdfSource, trust: Trust): Promise<SignedContent> {
  const content: SignedContent = {
    isTimeStamped: true,
    timeStampAuthority: null,
    signatureUses: [],
    documentTimeStamps: [],
  };
  let bare: UnstampedSignature[] = [];
  for (const signature of listSignatures(pdf)) {
    if (signature.kind === "document-time-stamp") {
      const timeStamp = await checkDocumentTimeStamp(pdf, signature, trust);
      const use = certificateUse(timeStamp, trust);
      content.documentTimeStamps.push({ timeStamp, use, end: signature.end });
      for (const each of bare) content.signatureUses.push(signerUse(each, timeStamp, trust), use);
      if (bare.length > 0) content.timeStampAuthority = timeStamp.authority;
      bare = [];
      continue;
    }
    const signed = await checkSignatureValue(pdf, signature, trust);
    content.timeStampAuthority = signed.timeStamp?.authority ?? null;
    if (signed.timeStamp) {
      content.signatureUses.push(signerUse(signed, signed.timeStamp, trust), certificateUse(signed.timeStamp, trust));
    } else bare.push(signed);
  }
  return { ...content, isTimeStamped: bare.length === 0 };
}

type UnstampedSignature = Pick<CheckedSignature, "certificate" | "certificates">;

function signerUse(
  { certificate, certificates }: UnstampedSignature,
  { genTime }: TimeStamp,
  { timeStampRoots }: Trust,
): CertificateUse {
  return { certificate, others: [...certificates, ...timeStampRoots], at: genTime, renew: false };
}

export interface CheckedBaseline {
  baseline: Baseline;
  /** When the certificate of the newest document time stamp ends; null below B-LTA. */
  timeStampExpiresAt: Date | null;
  /** Who stamped the newest signature; null at B-B. */
  timeStampAuthority: string | null;
}

/**
 * The level that a PDF's signatures have truly reached (ETSI EN 319 142-1, clause 6.3), read from its bytes alone: B-T by
 * a signature's own time stamp or by one of the document (table 1, "trusted time for existence of the signature"), B-LT
 * only where it holds true answers on the revocation of everything that a signature and its time stamp rest on, and
 * B-LTA only where a true document time stamp covers them.
 *
 * @throws Refused where a signature or a time stamp does not hold
 */
export async function checkBaseline(pdf: PdfSource, trust: Trust): Promise<CheckedBaseline> {
  const { isTimeStamped, timeStampAuthority, signatureUses, documentTimeStamps } = await readSignedContent(pdf, trust);
  const below = { timeStampExpiresAt: null, timeStampAuthority };
  if (!isTimeStamped) return { baseline: "B-B", ...below, timeStampAuthority: null };
  if (!(await isCovered(pdf, signatureUses))) return { baseline: "B-T", ...below };
  const newest = documentTimeStamps.at(-1);
  const earlier = documentTimeStamps.slice(0, -1).map(({ use }) => use);
  if (!newest || !(await isCovered(firstBytes(pdf, newest.end), [...signatureUses, ...earlier]))) {
    return { baseline: "B-LT", ...below };
  }
  return { baseline: "B-LTA", timeStampExpiresAt: newest.timeStamp.certificate.notAfter.value, timeStampAuthority };
}

async function isCovered(pdf: PdfSource, uses: readonly CertificateUse[]): Promise<boolean> {
  try {
    await collectValidationData(uses, readSecurityStore(pdf), null);
    return true;
  } catch (error) {
    if (error instanceof Retryable) return false;
    throw error;
  }
}

function checkDocumentTimeStamp(pdf: PdfSource, { spans, contents }: SignatureBytes, { timeStampRoots }: Trust) {
  return verifyTimeStampToken(contents, {
    digestOf: (hash) => digestPdf(pdf, hash, spans),
    roots: timeStampRoots,
    policy: null,
  });
}

function certificateUse({ certificate, certificates, genTime }: TimeStamp, { timeStampRoots }: Trust): CertificateUse {
  return { certificate, others: [...certificates, ...timeStampRoots], at: genTime, renew: false };
}
