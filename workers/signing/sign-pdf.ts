import { distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { Retryable } from "@nexbasira/core/contract/errors.ts";
import { completeSignature, type SignedPdf } from "./complete-signature.ts";
import type { PdfSource } from "./pdf-source.ts";
import { prepareSignature, SIGNATURE_CAPACITY } from "./prepare-signature.ts";
import { PlaceTooSmall, type SignatureField } from "./signature-field.ts";
import type { TimeStampSource } from "./time-stamp-client.ts";

export interface SignPdfOptions {
  /** A PDF with cross-reference tables (pdf-lib: `useObjectStreams: false`), signed before or not. */
  pdf: PdfSource;
  key: SigningKey;
  /** In the order in which they are asked; none for a signature without a time stamp, baseline B-B. */
  timeStamps: readonly TimeStampSource[];
  field: SignatureField;
  /** The claimed time of signing, for /M. */
  signedAt: Date;
}

/**
 * Signs a PDF with a key that signs at once: {@link prepareSignature} and {@link completeSignature} in one. The PDF is
 * read a piece at a time, and the result is its bytes with an increment: a file of any size takes the same memory.
 *
 * @throws NoTimeStamp where no time-stamp authority gives a true token
 * @throws Retryable where the certificate is not valid now
 * @throws Permanent where the PDF cannot be signed, or the signature made does not hold
 */
export async function signPdf(options: SignPdfOptions): Promise<SignedPdf> {
  checkValidity(options.key);
  return signWithRoom(options, SIGNATURE_CAPACITY);
}

/** Signs; where the signature does not fit, once more with enough room (each time is a new signature and token). */
async function signWithRoom(options: SignPdfOptions, capacity: number): Promise<SignedPdf> {
  const { pdf, key, timeStamps, field, signedAt } = options;
  const { certificate, chain, algorithm } = key;
  const prepared = await prepareSignature({ pdf, certificate, chain, algorithm, field, signedAt, capacity });
  const value = await key.sign(Buffer.from(prepared.signedAttributes, "base64"));
  try {
    return await completeSignature(pdf, prepared, value, { timeStamps });
  } catch (error) {
    if (error instanceof PlaceTooSmall) return signWithRoom(options, error.needed + 1024);
    throw error;
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
