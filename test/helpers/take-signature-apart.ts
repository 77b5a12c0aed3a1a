import * as asn1js from "asn1js";
import * as pkijs from "pkijs";

/** What a signed PDF consists of, for programs that check each piece. */
export interface SignatureParts {
  /** The bytes of the ByteRange. */
  content: Buffer;
  /** The CMS, DER. */
  cms: Uint8Array;
  /** The signature value, which the time stamp is over. */
  value: Uint8Array;
  /** The time-stamp token, DER. */
  token: Uint8Array;
}

/** Takes a signed PDF apart by its bytes alone: its last signature. Throws where there is none. */
export function takeSignatureApart(pdf: Buffer): SignatureParts {
  const text = pdf.toString("latin1");
  const numbers = [...text.matchAll(/\/ByteRange \[0 (\d+) (\d+) (\d+)\]/g)].at(-1)?.slice(1).map(Number);
  const [length = 0, resume = 0, rest = 0] = numbers ?? [];
  if (rest === 0) throw new Error("the PDF has no signature");
  const cms = new Uint8Array(Buffer.from(text.slice(length + 1, resume - 1), "hex"));
  const { result, offset } = asn1js.fromBER(cms);
  const signedData = new pkijs.SignedData({ schema: new pkijs.ContentInfo({ schema: result }).content });
  const [signer] = signedData.signerInfos;
  if (!signer) throw new Error("the CMS has no signer");
  return {
    content: Buffer.concat([pdf.subarray(0, length), pdf.subarray(resume, resume + rest)]),
    cms: cms.subarray(0, offset),
    value: new Uint8Array(signer.signature.getValue()),
    token: new Uint8Array(signer.unsignedAttrs?.attributes[0]?.values[0].toBER()),
  };
}
