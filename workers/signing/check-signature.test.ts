import { certificateDer } from "@nexbasira/core/authority/certificate.ts";
import { digest } from "@nexbasira/core/authority/hash-algorithm.ts";
import {
  assembleSignedData,
  CMS,
  encodeSignedAttributes,
  makeSignedAttributes,
} from "@nexbasira/core/authority/signed-data.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePdf } from "../../test/helpers/make-pdf.ts";
import { issueTimeStampKey, makeTestAuthority } from "../../test/helpers/test-authority.ts";
import { honest, startTimeStampServer, type TimeStampServer } from "../../test/helpers/time-stamp-server.ts";
import { checkSignature as checkSource } from "./check-signature.ts";
import { pdfInMemory, readPdf } from "./pdf-source.ts";
import { Refused } from "./refused.ts";
import { makeSecurityStore } from "./security-store.ts";
import { signPdf } from "./sign-pdf.ts";
import { makeSignaturePlace } from "./signature-field.ts";

const root = await makeTestAuthority("Root");
const trust = { timeStampRoots: [root.certificate] };
const field = { name: "Signer", reason: "Test", location: null, contactInfo: null };

let signed: Buffer;
/** The part of the file that its signature leaves out. */
let place: { from: number; to: number };
let server: TimeStampServer;
let key: SigningKey;
beforeAll(async () => {
  server = await startTimeStampServer(honest(await issueTimeStampKey(root)));
  key = await root.issueKey("Signer");
  signed = await sign();
  place = findPlace(signed);
});
afterAll(() => server.close());

function checkSignature(pdf: Uint8Array, options: { timeStampRoots: readonly pkijs.Certificate[] }) {
  return checkSource(pdfInMemory(pdf), options);
}

async function sign(): Promise<Buffer> {
  const timeStamp = { url: server.url, roots: [root.certificate], policy: null, name: "test", qualified: false };
  const options = { pdf: pdfInMemory(await makePdf()), key, timeStamps: [timeStamp], field, signedAt: new Date() };
  return Buffer.from(readPdf((await signPdf(options)).pdf));
}

function findPlace(pdf: Buffer): { from: number; to: number } {
  const [, from, to] = /ByteRange \[0 (\d+) (\d+) \d+\]/.exec(pdf.toString("latin1"))?.map(Number) ?? [];
  return { from: from ?? expect.fail(), to: to ?? expect.fail() };
}

function flip(position: number): Buffer {
  const altered = Buffer.from(signed);
  altered[position] = (altered[position] ?? 0) ^ 1;
  return altered;
}

function readSigner(pdf = signed) {
  const { from, to } = findPlace(pdf);
  const { result } = asn1js.fromBER(new Uint8Array(Buffer.from(pdf.toString("latin1", from + 1, to - 1), "hex")));
  const contentInfo = new pkijs.ContentInfo({ schema: result });
  const signedData = new pkijs.SignedData({ schema: contentInfo.content });
  return { contentInfo, signedData, info: signedData.signerInfos[0] ?? expect.fail() };
}

/** The signature of some bytes, without a time stamp. */
async function makeCms(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const signedAttributes = await makeSignedAttributes(CMS.data, await digest("SHA-256", content), key);
  return assembleSignedData({
    contentType: CMS.data,
    content: null,
    key,
    certificates: [key.certificate, ...key.chain],
    signedAttributes,
    signature: await key.sign(encodeSignedAttributes(signedAttributes)),
    unsignedAttributes: [],
  });
}

describe("a signature", () => {
  test("that holds says its level, its signer and its time stamp", async () => {
    const { baseline, signer, timeStamp } = await checkSignature(signed, trust);
    expect({ baseline, signer, authority: timeStamp?.authority }).toEqual({
      baseline: "B-T",
      signer: "CN=Signer, O=Test",
      authority: "CN=Test TSA, O=Test",
    });
  });

  test("finds any byte altered that it covers", async () => {
    const covered = [...Array(signed.length).keys()].filter((each) => each < place.from || each >= place.to);
    for (const position of covered.filter((_, index) => index % 11 === 0)) {
      await expect(checkSignature(flip(position), trust), `byte ${position}`).rejects.toBeInstanceOf(Refused);
    }
  });

  test("finds its content altered by the digest, and its attributes or its own value altered by the key", async () => {
    await expect(checkSignature(flip(signed.indexOf("/MediaBox") + 15), trust)).rejects.toThrow(
      "its message digest is not the digest of the content",
    );
    const { info } = readSigner();
    const ownValue = new Uint8Array(info.signature.getValue());
    const attributes = new Uint8Array(info.signedAttrs?.encodedValue ?? expect.fail()).subarray(1);
    for (const bytes of [ownValue, attributes]) {
      const position = signed.indexOf(Buffer.from(bytes).toString("hex"), place.from) + 2 * bytes.length - 1;
      await expect(checkSignature(flip(position), trust)).rejects.toThrow(
        /not made by the key|names another certificate/,
      );
    }
  });

  test("has nothing but zeros after it in its place", async () => {
    await expect(checkSignature(flip(place.to - 3), trust)).rejects.toThrow("its contents are not one CMS structure");
  });

  test("leaves out nothing but itself, though its own digest holds", async () => {
    const pdf = await makePdf();
    const place = makeSignaturePlace(pdfInMemory(pdf), { field, signedAt: new Date(), capacity: 4000 });
    const [[, from], [to]] = place.spans;
    const whole = Buffer.concat([pdf, place.increment]);
    // The end of the gap is put behind the time of signing, which anybody could then change.
    for (const [resume, message] of [
      [to, null],
      [whole.indexOf("/Name", to), "leaves out is not just the signature"],
    ] as const) {
      const honestRange = /\/ByteRange \[0 [\d ]+\] */.exec(place.increment.toString("latin1"))?.[0] ?? expect.fail();
      const range = `/ByteRange [0 ${from} ${resume} ${whole.length - resume}]`.padEnd(honestRange.length);
      const altered = Buffer.from(whole.toString("latin1").replace(honestRange, range), "latin1");
      const covered = new Uint8Array(Buffer.concat([altered.subarray(0, from), altered.subarray(resume)]));
      altered.write(Buffer.from(await makeCms(covered)).toString("hex"), from + 1);
      const check = checkSignature(altered, trust);
      await (message ? expect(check).rejects.toThrow(message) : expect(check).resolves.toBeDefined());
    }
  });

  test("does not cover what was appended later", async () => {
    const data = { certificates: [certificateDer(root.certificate)], ocsps: [], crls: [] };
    const later = makeSecurityStore(pdfInMemory(signed), data, new Date()) ?? expect.fail();
    await expect(checkSignature(Buffer.concat([signed, later]), trust)).rejects.toThrow(
      "no signature that covers all of it",
    );
  });

  test("is not time-stamped by an authority that leads to no configured root", async () => {
    await expect(checkSignature(signed, { timeStampRoots: [] })).rejects.toThrow("no path leads");
  });

  test("does not hold with the time stamp of another signature", async () => {
    const { contentInfo, signedData, info } = readSigner();
    info.unsignedAttrs = readSigner(await sign()).info.unsignedAttrs ?? expect.fail();
    contentInfo.content = signedData.toSchema(true);
    const hex = Buffer.from(contentInfo.toSchema().toBER())
      .toString("hex")
      .padEnd(place.to - place.from - 2, "0");
    const swapped = Buffer.concat([signed.subarray(0, place.from), Buffer.from(`<${hex}>`), signed.subarray(place.to)]);
    await expect(checkSignature(swapped, trust)).rejects.toThrow("its imprint is of something else");
  });

  test("is missing from a PDF that was never signed", async () => {
    await expect(checkSignature(await makePdf(), trust)).rejects.toThrow("no signature that covers all of it");
  });
});
