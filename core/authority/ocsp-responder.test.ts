import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { describe, expect, test } from "vitest";
import { issueOcspKey } from "../../test/helpers/revocation-server.ts";
import { makeTestAuthority } from "../../test/helpers/test-authority.ts";
import { answerOcspRequest } from "./ocsp-responder.ts";

const root = await makeTestAuthority("Root");
const other = await makeTestAuthority("Other");
const responder = await issueOcspKey(root);
const { certificate } = await root.issueKey("Signer");
const authority = { responder, statusOf: () => "good" as const };

async function makeRequest(count: number, issuer = root.certificate, hashAlgorithm = "SHA-1") {
  const reqCert = await pkijs.CertID.create(certificate, { hashAlgorithm, issuerCertificate: issuer });
  const tbsRequest = new pkijs.TBSRequest({
    requestList: Array.from({ length: count }, () => new pkijs.Request({ reqCert })),
  });
  return new Uint8Array(new pkijs.OCSPRequest({ tbsRequest }).toSchema(true).toBER());
}

async function ask(request: Uint8Array<ArrayBuffer>) {
  const { responseStatus, responseBytes } = pkijs.OCSPResponse.fromBER(await answerOcspRequest(authority, request));
  const basic = responseBytes && pkijs.BasicOCSPResponse.fromBER(responseBytes.response.getValue());
  return {
    status: responseStatus.valueBlock.valueDec,
    answers: basic?.tbsResponseData.responses.map(({ certStatus }) => certStatus.idBlock.tagNumber),
  };
}

const [good, unknown] = [0, 2];

const [oneAsked, noneAsked, tooManyAsked] = await Promise.all([makeRequest(1), makeRequest(0), makeRequest(21)]);

describe("the responder", () => {
  test.each(["SHA-1", "SHA-256"])("answers on each certificate that it is asked about, named by %s", async (hash) => {
    expect(await ask(await makeRequest(3, root.certificate, hash))).toEqual({ status: 0, answers: [good, good, good] });
  });

  test("knows nothing of the certificates of another authority", async () => {
    expect(await ask(await makeRequest(1, other.certificate))).toEqual({ status: 0, answers: [unknown] });
  });

  test.each([
    ["bytes that are no DER", new TextEncoder().encode("GET / HTTP/1.1")],
    ["no bytes at all", new Uint8Array()],
    ["another structure", new Uint8Array(new asn1js.Sequence().toBER())],
    ["nobody asked about", noneAsked],
    ["too many asked about", tooManyAsked],
    ["bytes after the request", new Uint8Array([...oneAsked, 0])],
  ])("calls a request malformed: %s", async (_name, request) => {
    expect(await ask(request)).toEqual({ status: 1, answers: undefined });
  });
});
