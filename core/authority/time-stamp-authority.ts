import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { digest, findHashAlgorithm, HASH_ALGORITHMS } from "./hash-algorithm.ts";
import { randomSerialNumber } from "./issue-certificate.ts";
import { assembleSignedData, CMS, encodeSignedAttributes, makeSignedAttributes } from "./signed-data.ts";
import type { SigningKey } from "./signing-key.ts";

/** The policy of the tokens made here, in the arc that ITU-T X.660 sets aside for examples: it vouches for nothing. */
export const DEVELOPMENT_POLICY = "2.999.3161.1";

/** genTime is cut to whole seconds, so it is at most this many seconds before the moment it was taken. */
const ACCURACY_SECONDS = 1;

/** Bits of PKIFailureInfo (RFC 3161, clause 2.4.2). */
const FAILURE = { badAlg: 0, badRequest: 2, badDataFormat: 5, unacceptedPolicy: 15, unacceptedExtension: 16 } as const;

class Refusal extends Error {
  readonly failure: keyof typeof FAILURE;

  constructor(failure: keyof typeof FAILURE, message: string) {
    super(message);
    this.failure = failure;
  }
}

/**
 * Answers a TimeStampReq as a time-stamp authority does (RFC 3161, with ESSCertIDv2 as RFC 5816 has it): a token over
 * the imprint, or a rejection that says why. Never throws because of the request.
 *
 * @param tsa a key whose certificate is for time stamping alone
 * @param requestDer the body of a POST with the media type application/timestamp-query
 * @returns the DER of a TimeStampResp, to be sent as application/timestamp-reply
 */
export async function answerTimeStampRequest(
  tsa: SigningKey,
  requestDer: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const request = readRequest(requestDer);
    const token = await makeToken(tsa, request, new Date());
    const status = new pkijs.PKIStatusInfo({ status: pkijs.PKIStatus.granted });
    return encodeResponse(new pkijs.TimeStampResp({ status, timeStampToken: token }));
  } catch (error) {
    if (error instanceof Refusal) return encodeResponse(new pkijs.TimeStampResp({ status: rejection(error) }));
    throw error;
  }
}

function readRequest(der: Uint8Array<ArrayBuffer>): pkijs.TimeStampReq {
  const request = parseRequest(der);
  if (request.version !== 1) throw new Refusal("badRequest", "Only version 1 of the request is known");
  const { hashAlgorithm, hashedMessage } = request.messageImprint;
  const hash = findHashAlgorithm(hashAlgorithm.algorithmId);
  if (!hash) throw new Refusal("badAlg", "The hash algorithm is not one of SHA-256, SHA-384 and SHA-512");
  if (hashAlgorithm.algorithmParams !== undefined && !(hashAlgorithm.algorithmParams instanceof asn1js.Null)) {
    throw new Refusal("badAlg", "The hash algorithm has parameters");
  }
  if (hashedMessage.valueBlock.valueHexView.length !== HASH_ALGORITHMS[hash].length) {
    throw new Refusal("badDataFormat", `The imprint is not as long as a ${hash} digest`);
  }
  if (request.reqPolicy !== undefined && request.reqPolicy !== DEVELOPMENT_POLICY) {
    throw new Refusal("unacceptedPolicy", `The only policy here is ${DEVELOPMENT_POLICY}`);
  }
  if (request.extensions !== undefined) throw new Refusal("unacceptedExtension", "No extensions are known");
  return request;
}

function parseRequest(der: Uint8Array<ArrayBuffer>): pkijs.TimeStampReq {
  const { result, offset } = asn1js.fromBER(der);
  if (offset !== der.length) throw new Refusal("badDataFormat", "The request is not a DER encoding, or not only one");
  try {
    return new pkijs.TimeStampReq({ schema: result });
  } catch {
    // The reader's complaints about the structure; they are about its own schema and would tell the caller nothing.
    throw new Refusal("badDataFormat", "The request is not a TimeStampReq");
  }
}

async function makeToken(tsa: SigningKey, request: pkijs.TimeStampReq, now: Date): Promise<pkijs.ContentInfo> {
  const info = new pkijs.TSTInfo({
    version: 1,
    policy: DEVELOPMENT_POLICY,
    messageImprint: request.messageImprint,
    serialNumber: new asn1js.Integer({ valueHex: randomSerialNumber().buffer }),
    genTime: new Date(Math.floor(now.getTime() / 1000) * 1000),
    accuracy: new pkijs.Accuracy({ seconds: ACCURACY_SECONDS }),
    ...(request.nonce && { nonce: request.nonce }),
  });
  const content = new Uint8Array(info.toSchema().toBER());
  const signedAttributes = await makeSignedAttributes(CMS.tstInfo, await digest(tsa.algorithm.hash, content), tsa);
  const token = assembleSignedData({
    contentType: CMS.tstInfo,
    content,
    key: tsa,
    certificates: request.certReq ? [tsa.certificate, ...tsa.chain] : [],
    signedAttributes,
    signature: await tsa.sign(encodeSignedAttributes(signedAttributes)),
    unsignedAttributes: [],
  });
  return pkijs.ContentInfo.fromBER(token);
}

function rejection({ failure, message }: Refusal): pkijs.PKIStatusInfo {
  const bit = FAILURE[failure];
  const bytes = new Uint8Array((bit >> 3) + 1);
  bytes[bit >> 3] = 0x80 >> (bit & 7);
  return new pkijs.PKIStatusInfo({
    status: pkijs.PKIStatus.rejection,
    statusStrings: [new asn1js.Utf8String({ value: message })],
    failInfo: new asn1js.BitString({ valueHex: bytes.buffer, unusedBits: 7 - (bit & 7) }),
  });
}

function encodeResponse(response: pkijs.TimeStampResp): Uint8Array<ArrayBuffer> {
  return new Uint8Array(response.toSchema().toBER());
}
