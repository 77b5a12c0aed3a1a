import { Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePdf } from "../../test/helpers/make-pdf.ts";
import { issueTimeStampKey, makeTestAuthority } from "../../test/helpers/test-authority.ts";
import { honest, startTimeStampServer, type TimeStampServer } from "../../test/helpers/time-stamp-server.ts";
import { completeSignature } from "./complete-signature.ts";
import { pdfInMemory, readPdf } from "./pdf-source.ts";
import { PreparedSignature, prepareSignature } from "./prepare-signature.ts";
import { signPdf } from "./sign-pdf.ts";
import { PlaceTooSmall } from "./signature-field.ts";

const root = await makeTestAuthority("Root");
const key = await root.issueKey("Signer");
const seal = await root.issueKey("Seal");
const first = await issueTimeStampKey(root);
const field = { name: "Signer", reason: "Test", location: null, contactInfo: null };
const signedAt = new Date("2026-02-03T04:05:06Z");

let requests = 0;
let honestServer: TimeStampServer;
let brokenServer: TimeStampServer;
beforeAll(async () => {
  honestServer = await startTimeStampServer(honest(first));
  brokenServer = await startTimeStampServer((_request, response) => {
    requests++;
    response.writeHead(503).end();
  });
});
afterAll(() => Promise.all([honestServer.close(), brokenServer.close()]));

function source({ url }: TimeStampServer) {
  return { url, roots: [root.certificate], policy: null, name: "test", qualified: false };
}

async function prepare(pdf: Uint8Array, capacity?: number) {
  const { certificate, chain, algorithm } = key;
  const options = { pdf: pdfInMemory(pdf), certificate, chain, algorithm, field, signedAt };
  return prepareSignature(capacity === undefined ? options : { ...options, capacity });
}

function signatureValue(prepared: PreparedSignature) {
  return key.sign(Buffer.from(prepared.signedAttributes, "base64"));
}

describe("a prepared signature", () => {
  test("is completed after it was stored as JSON and read again", async () => {
    const pdf = await makePdf();
    const stored = JSON.stringify(await prepare(pdf));
    const prepared = PreparedSignature.parse(JSON.parse(stored));
    const timeStamps = [source(honestServer)];
    const signed = await completeSignature(pdfInMemory(pdf), prepared, await signatureValue(prepared), { timeStamps });
    expect(signed.baseline).toBe("B-T");
    expect(Buffer.from(readPdf(signed.pdf)).subarray(0, pdf.length).equals(pdf)).toBe(true);
  });

  test("is sealed by a second signature, which leaves the first as it is", async () => {
    const pdf = await makePdf();
    const prepared = await prepare(pdf);
    const timeStamps = [source(honestServer)];
    const signed = await completeSignature(pdfInMemory(pdf), prepared, await signatureValue(prepared), { timeStamps });
    const sealed = await signPdf({ pdf: signed.pdf, key: seal, timeStamps, field, signedAt });
    const bytes = readPdf(signed.pdf);
    expect(Buffer.from(readPdf(sealed.pdf)).subarray(0, bytes.length).equals(bytes)).toBe(true);
  });

  test("takes the first authority that gives a true token, and asks each once", async () => {
    const pdf = await makePdf();
    const prepared = await prepare(pdf);
    const value = await signatureValue(prepared);
    requests = 0;
    const timeStamps = [source(brokenServer), source(honestServer)];
    expect((await completeSignature(pdfInMemory(pdf), prepared, value, { timeStamps })).baseline).toBe("B-T");
    expect(requests).toBe(1);
    const none = completeSignature(pdfInMemory(pdf), prepared, value, {
      timeStamps: [source(brokenServer), source(brokenServer)],
    });
    await expect(none).rejects.toBeInstanceOf(Retryable);
    expect(requests).toBe(3);
  });

  test("is not completed by another's value, nor over another file", async () => {
    const pdf = await makePdf();
    const prepared = await prepare(pdf);
    const other = await seal.sign(Buffer.from(prepared.signedAttributes, "base64"));
    const wrongValue = completeSignature(pdfInMemory(pdf), prepared, other, { timeStamps: [] });
    await expect(wrongValue).rejects.toBeInstanceOf(Permanent);
    await expect(wrongValue).rejects.toThrow("not made by the key of CN=Signer, O=Test");
    const value = await signatureValue(prepared);
    const altered = Uint8Array.from(pdf);
    altered[100] = (altered[100] ?? 0) ^ 1;
    const wrongFile = completeSignature(pdfInMemory(altered), prepared, value, { timeStamps: [] });
    await expect(wrongFile).rejects.toThrow("its message digest is not the digest of the content");
    const shorter = completeSignature(pdfInMemory(pdf.subarray(1)), prepared, value, { timeStamps: [] });
    await expect(shorter).rejects.toThrow("not the one that the signature was prepared for");
  });

  test("says how much room it would have needed", async () => {
    const pdf = await makePdf();
    const prepared = await prepare(pdf, 200);
    const completing = completeSignature(pdfInMemory(pdf), prepared, await signatureValue(prepared), {
      timeStamps: [],
    });
    await expect(completing).rejects.toBeInstanceOf(PlaceTooSmall);
  });
});
