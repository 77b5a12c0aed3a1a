import { distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import { digest } from "@nexbasira/core/authority/hash-algorithm.ts";
import { CMS } from "@nexbasira/core/authority/signed-data.ts";
import * as asn1js from "asn1js";
import type * as pkijs from "pkijs";
import { checkSignedData, readSignedData, valuesOf } from "./check-signed-data.ts";
import { listSignatures, type SignatureBytes } from "./list-signatures.ts";
import { digestPdf, type PdfSource } from "./pdf-source.ts";
import { Refused } from "./refused.ts";
import { type TimeStamp, verifyTimeStampToken } from "./verify-time-stamp-token.ts";

const SIGNING_TIME = "1.2.840.113549.1.9.5";

export interface CheckedSignature {
  baseline: "B-B" | "B-T";
  /** Subject of the signer's certificate. */
  signer: string;
  certificate: pkijs.Certificate;
  /** All that came with the signature, the signer's among them. */
  certificates: readonly pkijs.Certificate[];
  /** The signature's time stamp; null at B-B. */
  timeStamp: TimeStamp | null;
}

/**
 * Checks the newest signature of a PDF: that it covers the whole file, that its digest and its CMS signature with the
 * attributes of PAdES hold, and, where it is time-stamped, that the token is true, leads to one of the roots, and falls
 * within the validity of the signer's certificate. Whether the signer is to be trusted is not its question.
 *
 * @throws Refused with the first thing that does not hold
 */
export async function checkSignature(
  pdf: PdfSource,
  trust: { timeStampRoots: readonly pkijs.Certificate[] },
): Promise<CheckedSignature> {
  const newest = listSignatures(pdf).at(-1);
  if (newest?.kind !== "signature" || newest.end !== pdf.size) {
    throw new Refused("the PDF has no signature that covers all of it");
  }
  return checkSignatureValue(pdf, newest, trust);
}

/** Checks one of a PDF's signatures in the same way, whatever came after it. @throws Refused */
export async function checkSignatureValue(
  pdf: PdfSource,
  { spans, contents }: SignatureBytes,
  { timeStampRoots }: { timeStampRoots: readonly pkijs.Certificate[] },
): Promise<CheckedSignature> {
  const { info, certificate, certificates } = await checkSignedData(readSignedData(contents), {
    contentType: CMS.data,
    digestContent: (hash) => digestPdf(pdf, hash, spans),
  });
  // ETSI EN 319 142-1, clause 6.3: the claimed time is in the signature dictionary, never here.
  if (info.signedAttrs?.attributes.some(({ type }) => type === SIGNING_TIME))
    throw new Refused("it has a signing-time");
  const signer = { signer: distinguishedName(certificate.subject), certificate, certificates };
  const attributes = info.unsignedAttrs?.attributes.filter(({ type }) => type === CMS.timeStampToken) ?? [];
  if (attributes.length === 0) return { baseline: "B-B", ...signer, timeStamp: null };
  const [token, ...otherTokens] = attributes.flatMap(valuesOf);
  if (otherTokens.length > 0 || !(token instanceof asn1js.BaseBlock)) {
    throw new Refused("its signature time stamp is not there just once");
  }
  const timeStamp = await verifyTimeStampToken(new Uint8Array(token.valueBeforeDecodeView), {
    digestOf: (hash) => digest(hash, new Uint8Array(info.signature.getValue())),
    roots: timeStampRoots,
    policy: null,
  });
  if (timeStamp.genTime < certificate.notBefore.value || timeStamp.genTime > certificate.notAfter.value) {
    throw new Refused(`it was made at ${timeStamp.genTime.toISOString()}, when the signer's certificate was not valid`);
  }
  return { baseline: "B-T", ...signer, timeStamp };
}
