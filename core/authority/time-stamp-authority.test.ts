import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { beforeAll, describe, expect, test } from "vitest";
import { issueTimeStampKey, makeTestAuthority } from "../../test/helpers/test-authority.ts";
import type { SigningKey } from "./signing-key.ts";
import { answerTimeStampRequest, DEVELOPMENT_POLICY } from "./time-stamp-authority.ts";

const SHA_256 = "2.16.840.1.101.3.4.2.1";

let tsa: SigningKey;
beforeAll(async () => {
  tsa = await issueTimeStampKey(await makeTestAuthority("Root"));
});

function makeRequest(changes: Partial<pkijs.ITimeStampReq> = {}): pkijs.TimeStampReq {
  return new pkijs.TimeStampReq({ version: 1, messageImprint: imprint(SHA_256, 32), ...changes });
}

function imprint(algorithmId: string, length: number, algorithmParams?: asn1js.AsnType): pkijs.MessageImprint {
  const hashAlgorithm = new pkijs.AlgorithmIdentifier({ algorithmId, ...(algorithmParams && { algorithmParams }) });
  return new pkijs.MessageImprint({
    hashAlgorithm,
    hashedMessage: new asn1js.OctetString({ valueHex: new Uint8Array(length).fill(7).buffer }),
  });
}

async function ask(request: pkijs.TimeStampReq | Uint8Array<ArrayBuffer>): Promise<pkijs.TimeStampResp> {
  const der = request instanceof Uint8Array ? request : new Uint8Array(request.toSchema().toBER());
  return pkijs.TimeStampResp.fromBER(await answerTimeStampRequest(tsa, der));
}

function readToken({ timeStampToken }: pkijs.TimeStampResp) {
  const signedData = new pkijs.SignedData({ schema: timeStampToken?.content });
  const content = signedData.encapContentInfo.eContent?.getValue() ?? new ArrayBuffer();
  return { signedData, info: pkijs.TSTInfo.fromBER(content) };
}

describe("a token", () => {
  test.each([
    ["SHA-256", SHA_256, 32],
    ["SHA-384", "2.16.840.1.101.3.4.2.2", 48],
    ["SHA-512", "2.16.840.1.101.3.4.2.3", 64],
  ])("is over the imprint that was sent, by %s", async (_name, oid, length) => {
    const messageImprint = imprint(oid, length);
    const { info } = readToken(await ask(makeRequest({ messageImprint })));
    expect(info.messageImprint.toSchema().toBER()).toEqual(messageImprint.toSchema().toBER());
  });

  test("says the time in whole seconds, how exact it is, and the policy for development", async () => {
    const before = Date.now();
    const { info } = readToken(await ask(makeRequest()));
    expect(info.genTime.getTime()).toBeGreaterThan(before - 1000);
    expect(info.genTime.getTime()).toBeLessThanOrEqual(Date.now());
    expect(info.genTime.getMilliseconds()).toBe(0);
    expect(info.accuracy?.seconds).toBe(1);
    expect(info.policy).toBe(DEVELOPMENT_POLICY);
  });

  test("echoes a nonce, and has none where none was sent", async () => {
    const nonce = asn1js.Integer.fromBigInt(0xfedcba9876543210ffn);
    expect(readToken(await ask(makeRequest({ nonce }))).info.nonce?.toBigInt()).toBe(0xfedcba9876543210ffn);
    expect(readToken(await ask(makeRequest())).info.nonce).toBeUndefined();
  });

  test("has another serial number each time", async () => {
    const numbers = await Promise.all([1, 2, 3].map(async () => readToken(await ask(makeRequest())).info.serialNumber));
    expect(new Set(numbers.map((number) => number.toBigInt())).size).toBe(3);
  });

  test("comes with the certificates when they are asked for, and without them otherwise", async () => {
    expect(readToken(await ask(makeRequest({ certReq: true }))).signedData.certificates).toHaveLength(2);
    expect(readToken(await ask(makeRequest())).signedData.certificates).toBeUndefined();
  });

  test("is made under the policy that was asked for", async () => {
    expect(readToken(await ask(makeRequest({ reqPolicy: DEVELOPMENT_POLICY }))).info.policy).toBe(DEVELOPMENT_POLICY);
  });
});

describe("a request that cannot be served is rejected", () => {
  const extension = new pkijs.Extension({ extnID: "1.2.3", extnValue: new asn1js.Null().toBER() });
  const [badAlg, badRequest, badDataFormat, unacceptedPolicy, unacceptedExtension] = [0, 2, 5, 15, 16];

  test.each([
    ["a hash algorithm that is too weak", makeRequest({ messageImprint: imprint("1.3.14.3.2.26", 20) }), badAlg],
    [
      "a hash algorithm with parameters",
      makeRequest({ messageImprint: imprint(SHA_256, 32, new asn1js.Integer({ value: 1 })) }),
      badAlg,
    ],
    ["a version that is not known", makeRequest({ version: 2 }), badRequest],
    ["an imprint of the wrong length", makeRequest({ messageImprint: imprint(SHA_256, 20) }), badDataFormat],
    ["bytes that are no DER", new TextEncoder().encode("GET / HTTP/1.1"), badDataFormat],
    ["no bytes at all", new Uint8Array(), badDataFormat],
    ["another structure", new Uint8Array(new asn1js.Sequence().toBER()), badDataFormat],
    [
      "bytes after the request",
      new Uint8Array([...new Uint8Array(makeRequest().toSchema().toBER()), 0]),
      badDataFormat,
    ],
    ["a policy that is not had", makeRequest({ reqPolicy: "1.2.3.4" }), unacceptedPolicy],
    ["an extension", makeRequest({ extensions: [extension] }), unacceptedExtension],
  ])("%s", async (_name, request, bit) => {
    const { status, timeStampToken } = await ask(request);
    expect(timeStampToken).toBeUndefined();
    expect(status.status).toBe(pkijs.PKIStatus.rejection);
    expect(setBits(status.failInfo)).toEqual([bit]);
    expect(status.statusStrings?.[0]?.valueBlock.value).toMatch(/\w/);
  });

  test("an imprint's algorithm may carry NULL parameters, as many clients send", async () => {
    const messageImprint = imprint(SHA_256, 32, new asn1js.Null());
    expect((await ask(makeRequest({ messageImprint }))).status.status).toBe(pkijs.PKIStatus.granted);
  });
});

function setBits(bits: asn1js.BitString | undefined): number[] {
  const bytes = [...(bits?.valueBlock.valueHexView ?? [])];
  return bytes.flatMap((byte, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].flatMap((bit) => (byte & (0x80 >> bit) ? index * 8 + bit : [])),
  );
}
