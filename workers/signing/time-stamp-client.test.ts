import { randomBytes } from "node:crypto";
import { digest } from "@nexbasira/core/authority/hash-algorithm.ts";
import { TIME_STAMPING } from "@nexbasira/core/authority/issue-certificate.ts";
import { answerTimeStampRequest, DEVELOPMENT_POLICY } from "@nexbasira/core/authority/time-stamp-authority.ts";
import { Retryable } from "@nexbasira/core/contract/errors.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { makePdf } from "../../test/helpers/make-pdf.ts";
import { issueTimeStampKey, makeTestAuthority } from "../../test/helpers/test-authority.ts";
import { honest, send, startTimeStampServer, type TimeStampHandler } from "../../test/helpers/time-stamp-server.ts";
import { pdfInMemory } from "./pdf-source.ts";
import { signPdf } from "./sign-pdf.ts";
import { requestTimeStamp, type TimeStampSource } from "./time-stamp-client.ts";

const root = await makeTestAuthority("Root");
const tsa = await issueTimeStampKey(root);
const signer = await root.issueKey("Signer");
const pdf = pdfInMemory(await makePdf());
const imprint = { hash: "SHA-256" as const, digest: await digest("SHA-256", new Uint8Array(randomBytes(100))) };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function serve(handler: TimeStampHandler, changes: Partial<TimeStampSource> = {}): Promise<TimeStampSource> {
  const server = await startTimeStampServer(handler);
  closers.push(server.close);
  return { url: server.url, roots: [root.certificate], policy: null, name: "test", qualified: false, ...changes };
}

describe("an honest authority's token", () => {
  test.each(["SHA-256", "SHA-384", "SHA-512"] as const)("over a %s digest is answered with its time", async (hash) => {
    const before = Date.now();
    const source = await serve(honest(tsa), { policy: DEVELOPMENT_POLICY });
    const timeStamp = await requestTimeStamp(source, { hash, digest: await digest(hash, new Uint8Array(8)) });
    expect(timeStamp.authority).toBe("CN=Test TSA, O=Test");
    expect(timeStamp.policy).toBe(DEVELOPMENT_POLICY);
    expect(timeStamp.genTime.getTime()).toBeGreaterThan(before - 1000);
    expect(timeStamp.genTime.getTime()).toBeLessThanOrEqual(Date.now());
  });

  test("is taken from an authority below the root", async () => {
    const below = await issueTimeStampKey(await root.issueAuthority("Middle"));
    await expect(requestTimeStamp(await serve(honest(below)), imprint)).resolves.toBeDefined();
  });

  test("is asked for with a new nonce each time", async () => {
    const nonces: (bigint | undefined)[] = [];
    const source = await serve((request, response) => {
      nonces.push(pkijs.TimeStampReq.fromBER(request).nonce?.toBigInt());
      return honest(tsa)(request, response);
    });
    await requestTimeStamp(source, imprint);
    await requestTimeStamp(source, imprint);
    expect(nonces).toHaveLength(2);
    expect(nonces[0]).toBeGreaterThan(2n ** 61n);
    expect(nonces[0]).not.toBe(nonces[1]);
  });
});

/** A handler that answers as an honest authority would answer another request than the one that came. */
function misread(change: (request: pkijs.TimeStampReq) => void, key = tsa): TimeStampHandler {
  return async (der, response) => {
    const request = pkijs.TimeStampReq.fromBER(der);
    change(request);
    send(response, await answerTimeStampRequest(key, new Uint8Array(request.toSchema().toBER())));
  };
}

/** A handler that alters the signed data of an honest answer. */
function forge(change: (signedData: pkijs.SignedData) => unknown): TimeStampHandler {
  return async (der, response) => {
    const answer = pkijs.TimeStampResp.fromBER(await answerTimeStampRequest(tsa, der));
    const signedData = new pkijs.SignedData({ schema: answer.timeStampToken?.content });
    await change(signedData);
    answer.timeStampToken = new pkijs.ContentInfo({
      contentType: pkijs.ContentInfo.SIGNED_DATA,
      content: signedData.toSchema(true),
    });
    send(response, new Uint8Array(answer.toSchema().toBER()));
  };
}

function alterInfo(signedData: pkijs.SignedData, change: (info: pkijs.TSTInfo) => void): void {
  const info = pkijs.TSTInfo.fromBER(signedData.encapContentInfo.eContent?.getValue() ?? new ArrayBuffer());
  change(info);
  signedData.encapContentInfo.eContent = new asn1js.OctetString({ valueHex: info.toSchema().toBER() });
}

function dropAttribute(signedData: pkijs.SignedData, type: string): void {
  const attributes = signedData.signerInfos[0]?.signedAttrs;
  if (attributes) attributes.attributes = attributes.attributes.filter((attribute) => attribute.type !== type);
}

const recorded: { handler: TimeStampHandler; answer: Uint8Array | null } = {
  answer: null,
  handler: async (request, response) => {
    recorded.answer ??= await answerTimeStampRequest(tsa, request);
    send(response, recorded.answer);
  },
};

const expiredKey = await issueTimeStampKey(root, { validFrom: -9, validUntil: -1 });
const [noUsage, otherUsage, twoUsages] = await Promise.all(
  [[], ["1.3.6.1.5.5.7.3.4"], [TIME_STAMPING, "1.3.6.1.5.5.7.3.4"]].map((extendedKeyUsage) =>
    issueTimeStampKey(root, { extendedKeyUsage }),
  ),
);
const uncritical = await root.reissue(tsa.certificate, ({ extensions }) => {
  for (const extension of extensions ?? []) if (extension.extnID === "2.5.29.37") extension.critical = false;
});
const twin = await root.reissue(tsa.certificate, ({ notAfter }) => {
  notAfter.value = new Date(notAfter.value.getTime() + 1000);
});
const stranger = await issueTimeStampKey(await makeTestAuthority("Root"));

const lies: [name: string, handler: TimeStampHandler, message: RegExp, changes?: Partial<TimeStampSource>][] = [
  ["a replayed token", recorded.handler, /its imprint is of something else/],
  [
    "another imprint",
    misread(({ messageImprint }) => {
      messageImprint.hashedMessage = new asn1js.OctetString({ valueHex: new Uint8Array(32).buffer });
    }),
    /its imprint is of something else/,
  ],
  [
    "an imprint by another algorithm",
    misread(({ messageImprint }) => {
      messageImprint.hashAlgorithm.algorithmId = "2.16.840.1.101.3.4.2.3";
      messageImprint.hashedMessage = new asn1js.OctetString({ valueHex: new Uint8Array(64).buffer });
    }),
    /its imprint is of something else/,
  ],
  [
    "another nonce",
    misread((request) => {
      request.nonce = new asn1js.Integer({ value: 7 });
    }),
    /its nonce is not the one that was sent/,
  ],
  [
    "no nonce",
    misread((request) => {
      delete request.nonce;
    }),
    /its nonce is not the one that was sent/,
  ],
  [
    "another policy than was asked for",
    misread((request) => {
      delete request.reqPolicy;
    }),
    /its policy is 2\.999\.3161\.1 instead of 1\.2\.3/,
    { policy: "1.2.3" },
  ],
  [
    "no certificate",
    misread((request) => {
      request.certReq = false;
    }),
    /the certificate of its signer did not come with it/,
  ],
  ["an expired certificate", honest(expiredKey), /the certificate of CN=Test TSA, O=Test is valid from/],
  ["a certificate with no purpose", honest(noUsage ?? expect.fail()), /not for time stamping alone/],
  ["a certificate for another purpose", honest(otherUsage ?? expect.fail()), /not for time stamping alone/],
  ["a certificate for two purposes", honest(twoUsages ?? expect.fail()), /not for time stamping alone/],
  [
    "a certificate whose purpose is not critical",
    honest({ ...tsa, certificate: uncritical }),
    /not for time stamping alone/,
  ],
  ["a root that is not configured", honest(stranger), /no path leads/],
  ["the signature of another key", honest({ ...tsa, sign: stranger.sign }), /its signature was not made by the key/],
  [
    "another certificate of its key than the one it names",
    forge((signedData) => {
      signedData.certificates = [twin];
    }),
    /its signing-certificate-v2 names another certificate/,
  ],
  [
    "another time than was signed",
    forge((signedData) =>
      alterInfo(signedData, (info) => {
        info.genTime = new Date(info.genTime.getTime() - 60_000);
      }),
    ),
    /its message digest is not the digest of the content/,
  ],
  [
    "no signing-certificate-v2",
    forge((signedData) => dropAttribute(signedData, "1.2.840.113549.1.9.16.2.47")),
    /it has no signed attribute signing-certificate-v2/,
  ],
  [
    "no message digest",
    forge((signedData) => dropAttribute(signedData, "1.2.840.113549.1.9.4")),
    /it has no signed attribute message-digest/,
  ],
  [
    "no signed attributes",
    forge(({ signerInfos }) => {
      delete signerInfos[0]?.signedAttrs;
    }),
    /it has no signed attribute content-type/,
  ],
  [
    "two signers",
    forge((signedData) => {
      signedData.signerInfos = [...signedData.signerInfos, ...signedData.signerInfos];
    }),
    /it does not have exactly one signer/,
  ],
  [
    "no signer",
    forge((signedData) => {
      signedData.signerInfos = [];
    }),
    /it does not have exactly one signer/,
  ],
  [
    "content of another type",
    forge(({ encapContentInfo }) => {
      encapContentInfo.eContentType = "1.2.840.113549.1.7.1";
    }),
    /its content type is another/,
  ],
  [
    "a time that is not now",
    async (request, response) => {
      vi.setSystemTime(Date.now() - 10 * 60_000);
      const answer = await answerTimeStampRequest(tsa, request);
      vi.useRealTimers();
      send(response, answer);
    },
    /its time .* is 60\d s from now/,
  ],
  [
    "a rejection",
    misread((request) => {
      request.reqPolicy = "1.2.3.4";
    }),
    /it is a rejection with status 2 \("The only policy here is/,
  ],
  [
    "a grant without a token",
    (_request, response) => {
      const status = new pkijs.PKIStatusInfo({ status: pkijs.PKIStatus.granted });
      send(response, new Uint8Array(new pkijs.TimeStampResp({ status }).toSchema().toBER()));
    },
    /it grants a token and has none/,
  ],
  ["garbage", (_request, response) => send(response, randomBytes(500)), /it is not a time-stamp response/],
  ["a page", (_request, response) => response.end("<html>Welcome</html>"), /it is not a time-stamp response/],
  ["nothing", (_request, response) => response.end(), /it is not a time-stamp response/],
  [
    "an answer that is cut short",
    async (request, response) => send(response, (await answerTimeStampRequest(tsa, request)).subarray(0, -10)),
    /it is not a time-stamp response/,
  ],
  ["an error", (_request, response) => response.writeHead(500).end("broken"), /it answered with status 500/],
  ["a redirect", (_request, response) => response.writeHead(302, { location: "/" }).end(), /answered with status 302/],
  [
    "an answer without an end",
    (_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(randomBytes(16_384)));
      };
      response.on("drain", more);
      more();
    },
    /it is larger than 65536 bytes/,
  ],
  ["no answer", () => {}, /no whole answer within 200 ms/, { timeLimitMs: 200 }],
  [
    "half an answer",
    (_request, response) => response.write("half"),
    /no whole answer within 200 ms/,
    { timeLimitMs: 200 },
  ],
  ["a closed connection", (_request, response) => response.destroy(), /gave no usable answer/],
];

describe("no signed PDF comes from an authority that answers with", () => {
  test.each(lies)("%s", async (_name, handler, message, changes) => {
    const source = await serve(handler, changes);
    const field = { name: "Signer", reason: "Test", location: null, contactInfo: null };
    // Twice, as a replayed token is a true one at its first use.
    if (handler === recorded.handler)
      await signPdf({ pdf, key: signer, timeStamps: [source], field, signedAt: new Date() });
    const signing = signPdf({ pdf, key: signer, timeStamps: [source], field, signedAt: new Date() });
    await expect(signing).rejects.toThrow(message);
    await expect(signing).rejects.toBeInstanceOf(Retryable);
    await expect(signing).rejects.toThrow(new URL(source.url).host);
  });

  test("a token that was already used for the same digest", async () => {
    const replay: { answer: Uint8Array | null } = { answer: null };
    const source = await serve(async (request, response) => {
      replay.answer ??= await answerTimeStampRequest(tsa, request);
      send(response, replay.answer);
    });
    await expect(requestTimeStamp(source, imprint)).resolves.toBeDefined();
    await expect(requestTimeStamp(source, imprint)).rejects.toThrow("its nonce is not the one that was sent");
  });
});

test("an authority that cannot be reached is tried again later", async () => {
  const server = await startTimeStampServer(() => {});
  await server.close();
  const source = { url: server.url, roots: [root.certificate], policy: null, name: "test", qualified: false };
  await expect(requestTimeStamp(source, imprint)).rejects.toBeInstanceOf(Retryable);
});

test("an answer with any byte altered is refused, or its altered byte means nothing", async () => {
  let position = 0;
  let size = 0;
  const source = await serve(async (request, response) => {
    const answer = await answerTimeStampRequest(tsa, request);
    size = answer.length;
    answer[position] = (answer[position] ?? 0) ^ 0x21;
    send(response, answer);
  });
  const honestSource = await serve(honest(tsa));
  const { token } = await requestTimeStamp(honestSource, imprint);
  let refused = 0;
  do {
    try {
      const timeStamp = await requestTimeStamp(source, imprint);
      expect(Math.abs(timeStamp.token.length - token.length)).toBeLessThan(4);
      expect(timeStamp.authority).toBe("CN=Test TSA, O=Test");
    } catch (error) {
      expect(error).toBeInstanceOf(Retryable);
      refused++;
    }
    position += 5;
  } while (position < size);
  expect(refused).toBeGreaterThan(size / 5 / 2);
});
