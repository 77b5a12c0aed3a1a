import { certificateDer } from "@nexbasira/core/authority/certificate.ts";
import { CMS, encodeSignedAttributes, makeSignedAttributes } from "@nexbasira/core/authority/signed-data.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import { z } from "zod";
import { digestPdf, type PdfSource, withIncrement } from "./pdf-source.ts";
import { Refused } from "./refused.ts";
import { makeSignaturePlace, type SignatureField } from "./signature-field.ts";

/** Bytes kept for a signature with its certificates and its time stamp where nothing else is said. */
export const SIGNATURE_CAPACITY = 32 * 1024;

const Span = z.tuple([z.number().int().min(0), z.number().int().min(0)]);

/**
 * A signature that only lacks its value, to be kept for as long as that takes: JSON, and much smaller than the PDF,
 * which has to be kept as it is beside it.
 */
export const PreparedSignature = z.strictObject({
  /** Size of the PDF that it is for, in bytes. */
  pdfSize: z.number().int(),
  /** What is appended to the PDF, with the empty place of the signature; base64. */
  increment: z.base64(),
  /** What the signature covers: offsets in the file with the increment. */
  spans: z.tuple([Span, Span]),
  /** What the value has to be made over: the DER of the signed attributes (RFC 5652, clause 5.4); base64. */
  signedAttributes: z.base64(),
  algorithm: z.strictObject({
    scheme: z.enum(["ECDSA", "RSASSA-PKCS1-v1_5"]),
    hash: z.enum(["SHA-256", "SHA-384", "SHA-512"]),
  }),
  /** The signer's certificate, then those above it; the DER of each in base64. */
  certificates: z.array(z.base64()).min(1),
  /** The claimed time of signing, as in /M. */
  signedAt: z.iso.datetime(),
});
export type PreparedSignature = z.infer<typeof PreparedSignature>;

export interface PrepareSignatureOptions extends Pick<SigningKey, "certificate" | "chain" | "algorithm"> {
  /** A PDF with cross-reference tables (pdf-lib: `useObjectStreams: false`), signed before or not. */
  pdf: PdfSource;
  field: SignatureField;
  /** The claimed time of signing, for /M. */
  signedAt: Date;
  /** Bytes to keep for the signature; {@link SIGNATURE_CAPACITY} where nothing is said. */
  capacity?: number;
}

/**
 * Prepares a PAdES baseline signature (ETSI EN 319 142-1, clause 6.3) as far as that goes without its key: the PDF's
 * next revision with the signature's place, and the signed attributes content-type, message-digest and
 * signing-certificate-v2 alone. `completeSignature` makes the signed PDF of it, at any time and in any process.
 *
 * @throws Permanent where the PDF cannot be signed
 */
export async function prepareSignature(options: PrepareSignatureOptions): Promise<PreparedSignature> {
  const { pdf, certificate, chain, algorithm, signedAt } = options;
  const { increment, spans } = makePlace(options);
  const contentDigest = await digestPdf(withIncrement(pdf, increment), algorithm.hash, spans);
  const signedAttributes = await makeSignedAttributes(CMS.data, contentDigest, { certificate, algorithm });
  const [[start, end], [resume, last]] = spans;
  return {
    pdfSize: pdf.size,
    increment: increment.toString("base64"),
    spans: [
      [start, end],
      [resume, last],
    ],
    signedAttributes: Buffer.from(encodeSignedAttributes(signedAttributes)).toString("base64"),
    algorithm: { ...algorithm },
    certificates: [certificate, ...chain].map((each) => Buffer.from(certificateDer(each)).toString("base64")),
    signedAt: signedAt.toISOString(),
  };
}

function makePlace({ pdf, field, signedAt, capacity = SIGNATURE_CAPACITY }: PrepareSignatureOptions) {
  try {
    return makeSignaturePlace(pdf, { field, signedAt, capacity });
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    throw new Permanent(`The PDF cannot be signed: ${cause.message}`, { cause });
  }
}
