import { digest } from "@nexbasira/core/authority/hash-algorithm.ts";
import {
  assembleSignedData,
  CMS,
  readSignedAttributes,
  signatureTimeStampAttribute,
} from "@nexbasira/core/authority/signed-data.ts";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import * as pkijs from "pkijs";
import { checkSignature } from "./check-signature.ts";
import { type PdfSource, withIncrement } from "./pdf-source.ts";
import type { PreparedSignature } from "./prepare-signature.ts";
import { Refused } from "./refused.ts";
import { fillPlace } from "./signature-field.ts";
import { requestTimeStampOf, type TimeStampSource } from "./time-stamp-client.ts";

export interface SignedPdf {
  /** The PDF that was to be signed, with the signature's increment after its end. */
  pdf: PdfSource;
  /** What was reached, as read back from the result. */
  baseline: "B-B" | "B-T";
  /** The time-stamp authority's time; at B-B the claimed one. */
  signedAt: Date;
  /** Subject of the time-stamp authority's certificate; null at B-B. */
  timeStampAuthority: string | null;
}

/**
 * Makes the signed PDF of a prepared signature and its value: has the value time-stamped by the first of the
 * authorities that gives a true token, each being asked once, puts the CMS into its place, reads the result back and
 * checks it before anybody gets it. With authorities the result is B-T or there is none: it never falls back to B-B.
 *
 * @param pdf the very bytes that the signature was prepared for
 * @param value as CMS carries it: for ECDSA the DER of `ECDSA-Sig-Value`, for RSA the plain octets
 * @throws NoTimeStamp where no authority gives a true token
 * @throws PlaceTooSmall where it was prepared with too little room
 * @throws Permanent where the signature does not hold: the value is another's, the PDF is not the one
 */
export async function completeSignature(
  pdf: PdfSource,
  prepared: PreparedSignature,
  value: Uint8Array<ArrayBuffer>,
  { timeStamps }: { timeStamps: readonly TimeStampSource[] },
): Promise<SignedPdf> {
  if (pdf.size !== prepared.pdfSize) throw new Permanent("The PDF is not the one that the signature was prepared for");
  const { hash } = prepared.algorithm;
  const stamped =
    timeStamps.length > 0 ? await requestTimeStampOf(timeStamps, { hash, digest: await digest(hash, value) }) : null;
  const cms = assemble(prepared, value, stamped?.timeStamp.token ?? null);
  const increment = Buffer.from(prepared.increment, "base64");
  const signed = withIncrement(pdf, fillPlace({ increment, spans: prepared.spans }, pdf.size, cms));
  try {
    const { baseline, timeStamp } = await checkSignature(signed, { timeStampRoots: stamped?.source.roots ?? [] });
    if ((timeStamp !== null) !== (stamped !== null)) throw new Refused(`it is ${baseline}`);
    return {
      pdf: signed,
      baseline,
      signedAt: timeStamp?.genTime ?? new Date(prepared.signedAt),
      timeStampAuthority: timeStamp?.authority ?? null,
    };
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    throw new Permanent(`The signature that was made does not hold: ${cause.message}`, { cause });
  }
}

/** The CMS: SignedData, detached, with the certificates and the value's time stamp as an unsigned attribute. */
function assemble(
  prepared: PreparedSignature,
  value: Uint8Array<ArrayBuffer>,
  token: Uint8Array<ArrayBuffer> | null,
): Uint8Array {
  const certificates = prepared.certificates.map((der) => pkijs.Certificate.fromBER(Buffer.from(der, "base64")));
  const [certificate] = certificates;
  if (!certificate) throw new Permanent("The prepared signature has no certificate");
  return assembleSignedData({
    contentType: CMS.data,
    content: null,
    key: { certificate, algorithm: prepared.algorithm },
    certificates,
    signedAttributes: readSignedAttributes(new Uint8Array(Buffer.from(prepared.signedAttributes, "base64"))),
    signature: value,
    unsignedAttributes: token ? [signatureTimeStampAttribute(token)] : [],
  });
}
