import { createHash } from "node:crypto";
import { distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import { digest } from "@nexbasira/core/authority/hash-algorithm.ts";
import { CMS } from "@nexbasira/core/authority/signed-data.ts";
import * as asn1js from "asn1js";
import { PDFArray, PDFDict, PDFHexString, PDFName, PDFNumber } from "pdf-lib";
import type * as pkijs from "pkijs";
import { checkSignedData, readSignedData, valuesOf } from "./check-signed-data.ts";
import { type PdfRevision, readArray, readPdfRevision } from "./pdf-revision.ts";
import { Refused } from "./refused.ts";
import { type TimeStamp, verifyTimeStampToken } from "./verify-time-stamp-token.ts";

const SIGNING_TIME = "1.2.840.113549.1.9.5";

export interface CheckedSignature {
  baseline: "B-B" | "B-T";
  /** Subject of the signer's certificate. */
  signer: string;
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
  pdf: Uint8Array,
  { timeStampRoots }: { timeStampRoots: readonly pkijs.Certificate[] },
): Promise<CheckedSignature> {
  const { byteRange, contents } = findNewestSignature(pdf);
  const [start, length, resume, rest] = byteRange;
  const { info, certificate } = await checkSignedData(readSignedData(contents), {
    contentType: CMS.data,
    digestContent: (hash) =>
      createHash(hash)
        .update(pdf.subarray(start, start + length))
        .update(pdf.subarray(resume, resume + rest))
        .digest(),
  });
  // ETSI EN 319 142-1, clause 6.3: the claimed time is in the signature dictionary, never here.
  if (info.signedAttrs?.attributes.some(({ type }) => type === SIGNING_TIME))
    throw new Refused("it has a signing-time");
  const signer = distinguishedName(certificate.subject);
  const attributes = info.unsignedAttrs?.attributes.filter(({ type }) => type === CMS.timeStampToken) ?? [];
  if (attributes.length === 0) return { baseline: "B-B", signer, timeStamp: null };
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
  return { baseline: "B-T", signer, timeStamp };
}

interface SignatureBytes {
  /** Offset and length of the two covered parts: all but the signature itself. */
  byteRange: [start: number, length: number, resume: number, rest: number];
  /** The CMS, without the zeros that fill its place. */
  contents: Uint8Array<ArrayBuffer>;
}

/** The signature whose ByteRange is the whole file but for its own place (ISO 32000-1, clause 12.8.1). */
function findNewestSignature(pdf: Uint8Array): SignatureBytes {
  const revision = readPdfRevision(pdf);
  for (const dictionary of listSignatures(revision)) {
    const numbers = readArray(revision, dictionary.get(PDFName.of("ByteRange")))?.asArray() ?? [];
    const [start, length, resume, rest] = numbers.map((each) => (each instanceof PDFNumber ? each.asNumber() : -1));
    if (start !== 0 || length === undefined || resume === undefined || rest === undefined) continue;
    if (numbers.length !== 4 || resume <= length || resume + rest !== pdf.length) continue;
    const contents = revision.lookup(dictionary.get(PDFName.of("Contents")));
    const place = Buffer.from(pdf.subarray(length, resume)).toString("latin1");
    if (!(contents instanceof PDFHexString) || place !== `<${contents.asString()}>`) {
      throw new Refused("what its ByteRange leaves out is not just the signature");
    }
    if (dictionary.get(PDFName.of("SubFilter")) !== PDFName.of("ETSI.CAdES.detached")) {
      throw new Refused("its SubFilter is not ETSI.CAdES.detached");
    }
    return { byteRange: [start, length, resume, rest], contents: withoutPadding(contents.asBytes()) };
  }
  throw new Refused("the PDF has no signature that covers all of it");
}

function listSignatures(revision: PdfRevision): PDFDict[] {
  const form = revision.lookup(revision.catalog.get(PDFName.of("AcroForm")));
  const fields = form instanceof PDFDict ? readArray(revision, form.get(PDFName.of("Fields"))) : null;
  return (fields ?? PDFArray.withContext(revision.context)).asArray().flatMap((ref) => {
    const field = revision.lookup(ref);
    const isSignature = field instanceof PDFDict && field.get(PDFName.of("FT")) === PDFName.of("Sig");
    const value = isSignature ? revision.lookup(field.get(PDFName.of("V"))) : undefined;
    return value instanceof PDFDict ? [value] : [];
  });
}

function withoutPadding(contents: Uint8Array): Uint8Array<ArrayBuffer> {
  const { offset } = asn1js.fromBER(new Uint8Array(contents));
  if (offset === -1 || contents.subarray(offset).some((byte) => byte !== 0)) {
    throw new Refused("its contents are not one CMS structure");
  }
  return new Uint8Array(contents.subarray(0, offset));
}
