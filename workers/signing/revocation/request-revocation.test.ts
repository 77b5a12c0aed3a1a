import { answerOcspRequest } from "@nexbasira/core/authority/ocsp-responder.ts";
import { REVOCATION } from "@nexbasira/core/authority/revocation-extensions.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { Retryable } from "@nexbasira/core/contract/errors.ts";
import { AddressGuard } from "@nexbasira/core/webhooks/address-guard.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  honestList,
  honestOcsp,
  issueOcspKey,
  localWay,
  type RevocationHandler,
  startRevocationServer,
} from "../../../test/helpers/revocation-server.ts";
import { makeTestAuthority } from "../../../test/helpers/test-authority.ts";
import { guardedWay } from "../fetch-limited.ts";
import { fetchIssuer } from "./fetch-issuer.ts";
import { requestRevocation } from "./request-revocation.ts";
import { checkNotRevoked, type RevocationAnswer } from "./revocation-answer.ts";

const HOUR_MS = 3600_000;

const server = await startRevocationServer();
const root = await makeTestAuthority("Root");
const responder = await issueOcspKey(root);
const key = await root.issueKey("Signer", { revocation: server.addresses });
const other = await root.issueKey("Other", { revocation: server.addresses });
const asked = { certificate: key.certificate, issuer: root.certificate };
const access = { way: localWay };
/** For those who would have to be waited for. */
const impatient = { way: localWay, timeLimitMs: 200 };

beforeEach(() => {
  Object.assign(server.handlers, { ocsp: undefined, crl: undefined });
});
afterEach(() => vi.useRealTimers());
afterAll(() => server.close());

const serial = (of: SigningKey) => of.certificate.serialNumber.toBigInt();

describe("an honest responder", () => {
  test("says of a certificate that it is good", async () => {
    server.handlers.ocsp = honestOcsp(responder);
    const answer = await requestRevocation(asked, access);
    expect(answer).toMatchObject({ kind: "ocsp", revoked: null });
    expect(answer.delegate?.serialNumber.toBigInt()).toBe(serial(responder));
  });

  test("may sign with the issuer's own key", async () => {
    server.handlers.ocsp = honestOcsp({ ...root.key, chain: [root.certificate] });
    expect(await requestRevocation(asked, access)).toMatchObject({ revoked: null, delegate: null });
  });

  test("says when a certificate was revoked", async () => {
    const revokedAt = new Date("2026-01-02T03:04:05Z");
    server.handlers.ocsp = honestOcsp(responder, (number) => (number === serial(key) ? { revokedAt } : "good"));
    const answer = await requestRevocation(asked, access);
    expect(answer.revoked).toEqual({ at: revokedAt, reason: null });
    expect(() => checkNotRevoked(key.certificate, answer, new Date("2026-01-02T03:04:06Z"))).toThrow("was revoked at");
    expect(() => checkNotRevoked(key.certificate, answer, new Date("2026-01-02T03:04:04Z"))).not.toThrow();
    expect((await requestRevocation({ ...asked, certificate: other.certificate }, access)).revoked).toBeNull();
  });

  test("is asked with a new nonce each time", async () => {
    const nonces = new Set<string>();
    server.handlers.ocsp = (request, response) => {
      const { tbsRequest } = pkijs.OCSPRequest.fromBER(request);
      const nonce = tbsRequest.requestExtensions?.find(({ extnID }) => extnID === REVOCATION.nonce) ?? expect.fail();
      nonces.add(Buffer.from(nonce.extnValue.getValue()).toString("hex"));
      return honestOcsp(responder)(request, response);
    };
    await requestRevocation(asked, access);
    await requestRevocation(asked, access);
    expect(nonces.size).toBe(2);
  });

  test("may answer without a nonce, as those do that prepare their answers", async () => {
    server.handlers.ocsp = withoutNonce(honestOcsp(responder));
    await expect(requestRevocation(asked, access)).resolves.toMatchObject({ revoked: null });
  });
});

test("an answer without a nonce may be some days old, where it says that it holds", async () => {
  server.handlers.ocsp = prepared(9);
  await expect(requestRevocation(asked, access)).resolves.toMatchObject({ revoked: null });
});

describe("an address in a certificate that is not public", () => {
  const strict = { way: guardedWay(new AddressGuard([])), timeLimitMs: 5_000 };

  test.each(["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"])("is not asked: %s", async (host) => {
    const named = (url: string) => url.replace("127.0.0.1", host);
    const { ocspUrl, crlUrl, issuerUrl } = server.addresses;
    const revocation = { ocspUrl: named(ocspUrl), crlUrl: named(crlUrl), issuerUrl: named(issuerUrl) };
    const { certificate } = await root.issueKey("Inside", { revocation });
    server.handlers.ocsp = honestOcsp(responder);
    const before = { ...server.requests };
    const asking = requestRevocation({ certificate, issuer: root.certificate }, strict);
    await expect(asking).rejects.toThrow(/The OCSP responder at .*not public.*The revocation list at .*not public/);
    await expect(asking).rejects.toBeInstanceOf(Retryable);
    expect(await fetchIssuer(certificate, strict.way)).toBeNull();
    expect(server.requests).toEqual(before);
  });

  test("is not asked either where a public one would redirect there", async () => {
    server.handlers.ocsp = (_request, response) =>
      response.writeHead(307, { location: server.addresses.crlUrl ?? "" }).end();
    const before = server.requests.crl;
    server.handlers.crl = (_request, response) =>
      response.writeHead(302, { location: server.addresses.issuerUrl ?? "" }).end();
    await expect(requestRevocation(asked, access)).rejects.toThrow(/status 307.*status 302/);
    // Once by itself, as a list, and never by the redirection.
    expect(server.requests.crl - before).toBe(1);
    expect(server.requests.issuer).toBe(0);
  });
});

test("a revocation for a reason that reaches back makes earlier use void", () => {
  const at = new Date("2026-01-02T03:04:05Z");
  const answer = (reason: number): RevocationAnswer => ({
    kind: "crl",
    der: new Uint8Array(),
    revoked: { at, reason },
    thisUpdate: at,
    nextUpdate: null,
    delegate: null,
  });
  const earlier = new Date("2026-01-01T00:00:00Z");
  const [keyCompromise, superseded] = [1, 4];
  expect(() => checkNotRevoked(key.certificate, answer(keyCompromise), earlier)).toThrow("was revoked at");
  expect(() => checkNotRevoked(key.certificate, answer(superseded), earlier)).not.toThrow();
});

/** A responder that reads another request than the one that came. */
function misread(change: (request: pkijs.OCSPRequest) => unknown, by = responder): RevocationHandler {
  return async (der, response) => {
    const request = pkijs.OCSPRequest.fromBER(der);
    await change(request);
    const altered = new Uint8Array(request.toSchema(true).toBER());
    response.end(await answerOcspRequest({ responder: by, statusOf: () => "good" }, altered));
  };
}

function withoutNonce(_handler: RevocationHandler): RevocationHandler {
  return misread(({ tbsRequest }) => {
    delete tbsRequest.requestExtensions;
  });
}

const DAY_MS = 24 * HOUR_MS;

/** A responder that signed its answer days ago and says that it holds for another month; it cannot know the nonce. */
function prepared(daysAgo: number): RevocationHandler {
  return async (request, response) => {
    const answer = pkijs.OCSPResponse.fromBER(
      await answerOcspRequest({ responder: old, statusOf: () => "good" }, request),
    );
    const bytes = answer.responseBytes ?? expect.fail();
    const basic = pkijs.BasicOCSPResponse.fromBER(bytes.response.getValue());
    const { tbsResponseData: data } = basic;
    delete data.responseExtensions;
    data.producedAt = new Date(Math.floor(Date.now() / 1000) * 1000 - daysAgo * DAY_MS);
    for (const single of data.responses) {
      single.thisUpdate = data.producedAt;
      single.nextUpdate = new Date(Date.now() + 30 * DAY_MS);
    }
    data.tbsView = new Uint8Array(data.toSchema(true).toBER());
    basic.signature = new asn1js.BitString({ valueHex: await old.sign(data.tbsView) });
    bytes.response = new asn1js.OctetString({ valueHex: basic.toSchema().toBER() });
    response.end(new Uint8Array(answer.toSchema().toBER()));
  };
}

/** A responder whose clock is off. */
function atTime(offset: number, handler: RevocationHandler): RevocationHandler {
  return async (request, response) => {
    vi.setSystemTime(Date.now() + offset);
    await handler(request, response);
    vi.useRealTimers();
  };
}

const recorded: { answer: Uint8Array | null } = { answer: null };
const stranger = await makeTestAuthority("Root");
const [old, noUsage, expired, byStranger] = await Promise.all([
  root.issueKey("Test OCSP", { extendedKeyUsage: [REVOCATION.ocspSigning], validFrom: -30 }),
  root.issueKey("Test OCSP"),
  root.issueKey("Test OCSP", { extendedKeyUsage: [REVOCATION.ocspSigning], validFrom: -9, validUntil: -1 }),
  issueOcspKey(stranger),
]);
const underRoot = (of: SigningKey): SigningKey => ({ ...of, chain: [root.certificate] });

const lies: [name: string, handler: RevocationHandler, message: RegExp][] = [
  [
    "a replayed answer",
    async (request, response) => {
      recorded.answer ??= await answerOcspRequest({ responder, statusOf: () => "good" }, request);
      response.end(recorded.answer);
    },
    /its nonce is not the one that was sent/,
  ],
  [
    "an answer about another certificate",
    misread(async ({ tbsRequest }) => {
      const options = { hashAlgorithm: "SHA-1", issuerCertificate: root.certificate };
      const reqCert = await pkijs.CertID.create(other.certificate, options);
      tbsRequest.requestList = [new pkijs.Request({ reqCert })];
    }),
    /it is not about the certificate of CN=Signer/,
  ],
  ["an expired answer", atTime(-2 * HOUR_MS, withoutNonce(honestOcsp(responder))), /it expired at/],
  ["an answer that is too old, though it says that it holds", prepared(11), /which is too long ago/],
  ["an answer from the future", atTime(HOUR_MS, honestOcsp(responder)), /which is not yet/],
  ["an answer signed by a stranger", honestOcsp(underRoot(byStranger)), /not delegated to by the certificate's issuer/],
  ["an answer signed by a certificate for anything", honestOcsp(noUsage), /not for signing OCSP answers/],
  ["an answer signed by an expired certificate", honestOcsp(expired), /was not valid when it was made/],
  [
    "an answer whose signature is another's",
    honestOcsp({ ...responder, sign: other.sign }),
    /its signature is not by the responder that it names/,
  ],
  [
    "an answer with one byte altered",
    async (request, response) => {
      const answer = await answerOcspRequest({ responder, statusOf: () => ({ revokedAt: new Date() }) }, request);
      const position = Buffer.from(answer).indexOf(Buffer.from(key.certificate.serialNumber.valueBlock.valueHexView));
      answer[position] = (answer[position] ?? 0) ^ 1;
      response.end(answer);
    },
    /is not about the certificate|signature is not by/,
  ],
  [
    "an answer without its signature",
    async (request, response) => {
      const answer = pkijs.OCSPResponse.fromBER(
        await answerOcspRequest({ responder, statusOf: () => "good" }, request),
      );
      const basic = pkijs.BasicOCSPResponse.fromBER(answer.responseBytes?.response.getValue() ?? expect.fail());
      basic.signature = new asn1js.BitString({ valueHex: new Uint8Array(64) });
      const bytes = answer.responseBytes ?? expect.fail();
      bytes.response = new asn1js.OctetString({ valueHex: basic.toSchema().toBER() });
      response.end(new Uint8Array(answer.toSchema().toBER()));
    },
    /its signature is not by the responder that it names/,
  ],
  ["that it does not know the certificate", honestOcsp(responder, () => "unknown"), /does not know the certificate/],
  [
    "a refusal",
    (_request, response) =>
      response.end(new Uint8Array(new asn1js.Sequence({ value: [new asn1js.Enumerated({ value: 6 })] }).toBER())),
    /no answer but the status 6/,
  ],
  ["an error page", (_request, response) => response.end("<html>"), /it is not an OCSP response/],
  ["nothing", (_request, response) => response.end(), /it is not an OCSP response/],
  ["an error", (_request, response) => response.writeHead(500).end(), /it answered with status 500/],
  ["a redirection", (_request, response) => response.writeHead(302, { location: "/crl" }).end(), /status 302/],
  ["too much", (_request, response) => response.end(Buffer.alloc(100_000)), /larger than 65536 bytes/],
  ["no answer in time", () => {}, /no whole answer within 200 ms/],
  ["half an answer", (_request, response) => response.write("half"), /no whole answer within 200 ms/],
  ["a closed connection", (_request, response) => response.destroy(), /gave no usable answer/],
];

describe("no answer is taken from a responder that gives", () => {
  test.each(lies)("%s", async (_name, handler, message) => {
    server.handlers.ocsp = handler;
    // Twice, as a replayed answer is a true one at its first use.
    if (recorded.answer === null && handler === lies[0]?.[1]) await requestRevocation(asked, access);
    const asking = requestRevocation(asked, message.source.includes("200 ms") ? impatient : access);
    await expect(asking).rejects.toThrow(message);
    await expect(asking).rejects.toBeInstanceOf(Retryable);
    await expect(asking).rejects.toThrow(new URL(server.addresses.ocspUrl).host);
  });
});

test("an answer with any byte altered is refused, or says the same", async () => {
  let position = 0;
  let size = Number.POSITIVE_INFINITY;
  server.handlers.ocsp = async (request, response) => {
    const answer = await answerOcspRequest({ responder, statusOf: () => "good" }, request);
    size = answer.length;
    answer[position] = (answer[position] ?? 0) ^ 0x21;
    response.end(answer);
  };
  let refused = 0;
  for (; position < size; position += 7) {
    try {
      expect((await requestRevocation(asked, access)).revoked).toBeNull();
    } catch (error) {
      expect(error).toBeInstanceOf(Retryable);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(size / 7 / 3);
});

describe("a revocation list", () => {
  test("is taken where no responder gives a true answer", async () => {
    server.handlers.crl = honestList(root.key);
    server.handlers.ocsp = honestOcsp(noUsage);
    await expect(requestRevocation(asked, access)).resolves.toMatchObject({ kind: "crl", revoked: null });
  });

  test("says when a certificate was revoked", async () => {
    const revokedAt = new Date("2026-01-02T03:04:05Z");
    server.handlers.crl = honestList(root.key, [{ serialNumber: key.certificate.serialNumber, revokedAt }]);
    expect((await requestRevocation(asked, access)).revoked).toEqual({ at: revokedAt, reason: null });
    expect((await requestRevocation({ ...asked, certificate: other.certificate }, access)).revoked).toBeNull();
  });

  test.each<[string, RevocationHandler, RegExp]>([
    ["of another authority", honestList(other), /it is not of the certificate's issuer/],
    ["signed by another of the same name", honestList(stranger.key), /its signature is not by/],
    ["that has expired", atTime(-48 * HOUR_MS, honestList(root.key)), /it expired at/],
    ["from the future", atTime(HOUR_MS, honestList(root.key)), /which is not yet/],
    ["that is none", (_request, response) => response.end("-----BEGIN"), /it is not a revocation list/],
  ])("is not taken: one %s", async (_name, handler, message) => {
    server.handlers.crl = handler;
    const asking = requestRevocation(asked, access);
    await expect(asking).rejects.toBeInstanceOf(Retryable);
    await expect(asking).rejects.toThrow(message);
  });
});

test("a certificate that names nobody to ask says so", async () => {
  const silent = await root.issueKey("Silent");
  const asking = requestRevocation({ certificate: silent.certificate, issuer: root.certificate }, access);
  await expect(asking).rejects.toThrow("The certificate of CN=Silent, O=Test does not say where to ask about it");
});
