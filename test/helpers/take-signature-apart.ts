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

/** Takes a signed PDF apart by its bytes alone: its last signature, not counting document time stamps. Throws where there is none. */
export function takeSignatureApart(pdf: Buffer): SignatureParts {
  const found = listPlaces(pdf).findLast(({ signedData }) => signedData.signerInfos[0]?.unsignedAttrs !== undefined);
  const signer = found?.signedData.signerInfos[0];
  if (!found || !signer) throw new Error("the PDF has no signature with a time stamp");
  return {
    content: found.content,
    cms: found.cms,
    value: new Uint8Array(signer.signature.getValue()),
    token: new Uint8Array(signer.unsignedAttrs?.attributes[0]?.values[0].toBER()),
  };
}

/** The last document time stamp in the same way: what it is over, and its token. */
export function takeDocumentTimeStampApart(pdf: Buffer): { stamped: Buffer; stamp: Uint8Array } {
  const last = listPlaces(pdf).at(-1);
  if (last?.signedData.encapContentInfo.eContentType !== "1.2.840.113549.1.9.16.1.4") {
    throw new Error("the PDF's last signature is not a document time stamp");
  }
  return { stamped: last.content, stamp: last.cms };
}

function listPlaces(pdf: Buffer) {
  const text = pdf.toString("latin1");
  return [...text.matchAll(/\/ByteRange \[0 (\d+) (\d+) (\d+)\]/g)].map((match) => {
    const [length = 0, resume = 0, rest = 0] = match.slice(1).map(Number);
    const cms = new Uint8Array(Buffer.from(text.slice(length + 1, resume - 1), "hex"));
    const { result, offset } = asn1js.fromBER(cms);
    return {
      content: Buffer.concat([pdf.subarray(0, length), pdf.subarray(resume, resume + rest)]),
      cms: cms.subarray(0, offset),
      signedData: new pkijs.SignedData({ schema: new pkijs.ContentInfo({ schema: result }).content }),
    };
  });
}
