import { distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { SignPdf, SignPdfError } from "@signpdf/signpdf";
import { CadesSigner, PlaceholderTooSmall } from "./cades-signer.ts";
import { checkSignature } from "./check-signature.ts";
import { Refused } from "./refused.ts";
import { appendSignatureField, type SignatureField } from "./signature-field.ts";
import type { TimeStampSource } from "./time-stamp-client.ts";

/** Bytes kept for a signature with its certificates and its token; one that takes more is made again with more. */
const CAPACITY = 16 * 1024;

export interface SignPdfOptions {
  /** A PDF with cross-reference tables (pdf-lib: `useObjectStreams: false`); it is not altered. */
  pdf: Uint8Array;
  key: SigningKey;
  /** Null for a signature without a time stamp, baseline B-B. */
  timeStamp: TimeStampSource | null;
  field: SignatureField;
  /** The claimed time of signing, for /M. */
  signedAt: Date;
}

export interface SignedPdf {
  pdf: Uint8Array;
  /** What was reached, as read back from the result. */
  baseline: "B-B" | "B-T";
  /** The time-stamp authority's time; at B-B the claimed one. */
  signedAt: Date;
  /** Subject of the time-stamp authority's certificate; null at B-B. */
  timeStampAuthority: string | null;
}

/**
 * Signs a PDF by a PAdES baseline signature, as an incremental update, and reads the result back and checks it before
 * anybody gets it. With a time-stamp authority the result is B-T or there is none: it never falls back to B-B. At its
 * peak five copies of the PDF are in memory, the caller's among them (measured: 240 MB more than before for 60 MB).
 *
 * @throws Retryable where the time-stamp authority gives no true token, or the certificate is not valid now
 * @throws Permanent where the PDF cannot be signed, or the signature made does not hold
 */
export async function signPdf(options: SignPdfOptions): Promise<SignedPdf> {
  checkValidity(options.key);
  const pdf = await signWithRoom(options, CAPACITY);
  try {
    const { baseline, timeStamp } = await checkSignature(pdf, { timeStampRoots: options.timeStamp?.roots ?? [] });
    if ((timeStamp !== null) !== (options.timeStamp !== null)) throw new Refused(`it is ${baseline}`);
    return {
      pdf,
      baseline,
      signedAt: timeStamp?.genTime ?? options.signedAt,
      timeStampAuthority: timeStamp?.authority ?? null,
    };
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    throw new Permanent(`The signature that was made does not hold: ${cause.message}`, { cause });
  }
}

/** Signs; where the signature does not fit, once more with enough room (each time is a new signature and token). */
async function signWithRoom(options: SignPdfOptions, capacity: number): Promise<Uint8Array> {
  const { key, timeStamp } = options;
  try {
    return await new SignPdf().sign(prepare(options, capacity), new CadesSigner({ key, timeStamp, capacity }));
  } catch (error) {
    if (error instanceof PlaceholderTooSmall) return signWithRoom(options, error.needed + 1024);
    // It looks for its marker in all of the file: a picture's comment that holds the same words stops it.
    if (error instanceof SignPdfError)
      throw new Permanent(`The PDF cannot be signed: ${error.message}`, { cause: error });
    throw error;
  }
}

function prepare({ pdf, field, signedAt }: SignPdfOptions, capacity: number): Buffer {
  try {
    return appendSignatureField(pdf, { field, signedAt, capacity });
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    throw new Permanent(`The PDF cannot be signed: ${cause.message}`, { cause });
  }
}

function checkValidity({ certificate }: SigningKey): void {
  const now = new Date();
  if (certificate.notBefore.value <= now && now <= certificate.notAfter.value) return;
  throw new Retryable(
    `The certificate of ${distinguishedName(certificate.subject)} is valid from ` +
      `${certificate.notBefore.value.toISOString()} to ${certificate.notAfter.value.toISOString()}, not now`,
  );
}
