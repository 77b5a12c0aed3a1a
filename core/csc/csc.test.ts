import { verify } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { CscCredentialSetting } from "../../test/helpers/csc-credential.ts";
import { CSC_CLIENT, CSC_PASSWORD, CSC_PIN, type CscFault, CscServer } from "../../test/helpers/csc-server.ts";
import { distinguishedName } from "../authority/certificate.ts";
import { publicKeyOf } from "../authority/signing-key.ts";
import { Permanent, Retryable } from "../contract/errors.ts";
import { type CscCredential, listCredentials, loadCredential } from "./csc-credentials.ts";
import { beginOAuth, type CscToken, exchangeCode, requestApplicationToken } from "./csc-oauth.ts";
import { askService, CscRefusal } from "./csc-service.ts";
import { authorizeSignature, checkAuthorization, sendCode, signByService } from "./csc-signatures.ts";

const REDIRECT = "https://inspect.example.org/signing/return";
const person = { userId: "jana", key: "P-256", commonName: "Jana Nováková" } as const;
const credentials: CscCredentialSetting[] = [
  { ...person, id: "by-otp", authorization: "pin+otp", qualified: true },
  { ...person, id: "by-challenge", authorization: "challenge", key: "P-384", form: "plain" },
  { ...person, id: "by-app", authorization: "app" },
  { ...person, id: "by-oauth", authorization: "oauth2code", key: "RSA" },
  { ...person, id: "other", userId: "petr", authorization: "none", key: "P-521", form: "plain" },
];
const data = new TextEncoder().encode("the DER of some signed attributes");

let server: CscServer;
let service: { url: string; clientId: string; clientSecret: string };
beforeEach(async () => {
  server = await CscServer.start({ credentials, redirectUris: [REDIRECT] });
  service = { url: server.url, ...CSC_CLIENT };
});
afterEach(() => server.close());

async function load(id: string): Promise<{ token: CscToken; credential: CscCredential }> {
  const token = await requestApplicationToken(service);
  return { token, credential: await loadCredential(service, token, id) };
}

function isSignature(credential: CscCredential, signature: Uint8Array): boolean {
  return verify(credential.algorithm.hash, data, publicKeyOf(credential.certificate), signature);
}

/** Goes to the service's page as a browser does, and answers what comes back to the redirect URI. */
async function signIn(url: string, password: string): Promise<URLSearchParams> {
  const page = await fetch(url);
  expect(await page.text()).toContain("Password");
  const body = new URLSearchParams({ user: "jana", password });
  const answer = await fetch(url, { method: "POST", body, redirect: "manual" });
  const back = answer.headers.get("location") ?? "";
  expect(back.startsWith(`${REDIRECT}?`)).toBe(true);
  return new URL(back).searchParams;
}

async function refusalOf(promise: Promise<unknown>): Promise<CscRefusal> {
  const error = await promise.then(
    () => expect.fail("It was not refused"),
    (reason: unknown) => reason,
  );
  return error instanceof CscRefusal ? error : expect.fail(String(error));
}

describe("a person's credentials", () => {
  test("are listed with what they ask for, and nobody else's", async () => {
    const token = await requestApplicationToken(service);
    const { usable: found } = await listCredentials(service, token, { userId: "jana" });
    expect(
      found.map(({ id, mode, factors, qualified }) => [id, mode, factors.map(({ kind }) => kind), qualified]),
    ).toEqual([
      ["by-otp", "explicit", ["password", "code"], true],
      ["by-challenge", "explicit", ["code"], false],
      ["by-app", "explicit", ["elsewhere"], false],
      ["by-oauth", "oauth2code", [], false],
    ]);
    expect(distinguishedName(found[0]?.certificate.subject ?? expect.fail())).toBe("CN=Jana Nováková, O=Test");
  });

  test("are asked for one by one where the service lists their ids alone", async () => {
    server.listsIdsAlone = true;
    const { usable: found } = await listCredentials(service, await requestApplicationToken(service), {
      userId: "jana",
    });
    expect(found.map(({ id }) => id)).toEqual(["by-otp", "by-challenge", "by-app", "by-oauth"]);
    expect(server.asked.filter((method) => method === "credentials/info")).toHaveLength(4);
  });

  test.each([false, true])(
    "are told from those that can sign when they are revoked (ids alone: %s)",
    async (idsAlone) => {
      server.listsIdsAlone = idsAlone;
      server.revoke("by-otp");
      const token = await requestApplicationToken(service);
      const { usable, unusable } = await listCredentials(service, token, { userId: "jana" });
      expect(usable.map(({ id }) => id)).toEqual(["by-challenge", "by-app", "by-oauth"]);
      expect(unusable.map(({ id, why }) => [id, why])).toEqual([["by-otp", "revoked"]]);
      expect(distinguishedName(unusable[0]?.certificate?.subject ?? expect.fail())).toContain("CN=Jana Nováková");
      const refusal = await refusalOf(loadCredential(service, token, "by-otp"));
      expect(refusal).toMatchObject({ reason: "credential_unusable" });
      expect(refusal.message).toContain("is revoked");
    },
  );

  test("are not used with another certificate's chain", async () => {
    const other = await CscServer.start({ credentials });
    const mixed = { url: other.url, ...CSC_CLIENT };
    other.fault = "other-chain";
    const loading = loadCredential(mixed, await requestApplicationToken(mixed), "by-otp");
    await expect(loading).rejects.toBeInstanceOf(Permanent);
    await expect(loading).rejects.toThrow("another certificate's chain");
    await other.close();
  });
});

test("certificates that are broken anywhere are refused, or do no harm", async () => {
  const token = await requestApplicationToken(service);
  server.fault = "broken-certificate";
  const outcomes: string[] = [];
  // One after another: each has its own time limit, which a busy machine must not use up for all at once.
  for (let round = 0; round < 150; round++) {
    outcomes.push(
      await loadCredential(service, token, "by-challenge").then(
        () => "read",
        (error: unknown) => (error instanceof Permanent ? "refused" : String(error)),
      ),
    );
  }
  // One in 256 flips nothing.
  expect(new Set(outcomes.filter((outcome) => outcome !== "read"))).toEqual(new Set(["refused"]));
  expect(outcomes.filter((outcome) => outcome === "refused").length).toBeGreaterThan(120);
}, 120_000);

describe("by a one-time code", () => {
  test.each([
    ["by-otp", "credentials/sendOTP"],
    ["by-challenge", "credentials/getChallenge"],
  ])("the credential %s signs, the code being sent by %s", async (id, method) => {
    const { token, credential } = await load(id);
    await sendCode(service, token, credential);
    expect(server.asked).toContain(method);
    const answers = { PIN: CSC_PIN, OTP: server.sentCode ?? "" };
    const authorization = await authorizeSignature(service, token, { credential, data, answers });
    if (!("sad" in authorization)) return expect.fail("It is not allowed");
    expect(authorization.expiresAt.getTime()).toBeGreaterThan(Date.now() + 250_000);
    const signature = await signByService(service, token, { credential, data, authorization });
    expect(isSignature(credential, signature)).toBe(true);
  });

  test("a wrong code is told from everything else, and the credential is locked after three", async () => {
    const { token, credential } = await load("by-otp");
    const attempt = (OTP: string) =>
      refusalOf(authorizeSignature(service, token, { credential, data, answers: { PIN: CSC_PIN, OTP } }));
    await sendCode(service, token, credential);
    for (const code of ["000000", "000001", "000002"]) expect((await attempt(code)).reason).toBe("wrong_code");
    const locked = await attempt(server.sentCode ?? "");
    expect(locked.reason).toBe("credential_unusable");
    expect(locked.message).toContain("Credential locked");
  });

  test("a code is good for one signature, of the bytes it was given for", async () => {
    const { token, credential } = await load("by-otp");
    await sendCode(service, token, credential);
    const answers = { PIN: CSC_PIN, OTP: server.sentCode ?? "" };
    const authorization = await authorizeSignature(service, token, { credential, data, answers });
    if (!("sad" in authorization)) return expect.fail("It is not allowed");
    const others = new TextEncoder().encode("other signed attributes");
    const foreign = await refusalOf(signByService(service, token, { credential, data: others, authorization }));
    expect(foreign.message).toContain("Hash is not authorized");
    const again = await refusalOf(signByService(service, token, { credential, data, authorization }));
    expect(again.reason).toBe("authorization_ended");
    const second = await refusalOf(authorizeSignature(service, token, { credential, data, answers }));
    expect(second.reason).toBe("wrong_code");
  });

  test("a leave that has ended signs nothing", async () => {
    const { token, credential } = await load("other");
    server.fault = "expired-sad";
    const authorization = await authorizeSignature(service, token, { credential, data, answers: {} });
    if (!("sad" in authorization)) return expect.fail("It is not allowed");
    const told = await refusalOf(signByService(service, token, { credential, data, authorization }));
    expect(told).toMatchObject({ reason: "authorization_ended" });
    expect(told.message).toContain("SAD expired");
    const before = server.asked.length;
    const known = { ...authorization, expiresAt: new Date() };
    expect((await refusalOf(signByService(service, token, { credential, data, authorization: known }))).reason).toBe(
      "authorization_ended",
    );
    expect(server.asked).toHaveLength(before);
  });
});

test("a credential that asks for nothing signs at once", async () => {
  const { token, credential } = await load("other");
  const authorization = await authorizeSignature(service, token, { credential, data, answers: {} });
  if (!("sad" in authorization)) return expect.fail("It is not allowed");
  expect(isSignature(credential, await signByService(service, token, { credential, data, authorization }))).toBe(true);
});

test("a signature that is allowed in the service's app is waited for", async () => {
  const { token, credential } = await load("by-app");
  const first = await authorizeSignature(service, token, { credential, data, answers: {} });
  if (!("handle" in first)) return expect.fail("It was allowed by nobody");
  expect(await checkAuthorization(service, token, first.handle)).toEqual({ handle: first.handle });
  server.allowInApp();
  const authorization = await checkAuthorization(service, token, first.handle);
  if (!("sad" in authorization)) return expect.fail("It is not allowed");
  expect(isSignature(credential, await signByService(service, token, { credential, data, authorization }))).toBe(true);
});

describe("by OAuth", () => {
  async function allow(credential: CscCredential, bytes: Uint8Array): Promise<CscToken> {
    const scope = { credential, data: bytes, description: "Inspection <1>" };
    const beginning = await beginOAuth(service, { redirectUri: REDIRECT, language: "cs", scope });
    const back = await signIn(beginning.url, CSC_PASSWORD);
    expect(back.get("state")).toBe(beginning.state);
    return exchangeCode(service, { code: back.get("code") ?? "", redirectUri: REDIRECT, ...beginning });
  }

  test("a person signs in, chooses one of their credentials, and allows its signature of one document", async () => {
    const beginning = await beginOAuth(service, { redirectUri: REDIRECT, language: "cs", scope: "service" });
    const back = await signIn(beginning.url, CSC_PASSWORD);
    const theirs = await exchangeCode(service, { code: back.get("code") ?? "", redirectUri: REDIRECT, ...beginning });
    const { usable: found } = await listCredentials(service, theirs, { userId: null });
    const credential = found.find(({ id }) => id === "by-oauth") ?? expect.fail();
    const token = await allow(credential, data);
    const signature = await signByService(service, token, { credential, data, authorization: null });
    expect(isSignature(credential, signature)).toBe(true);
  });

  test("what is allowed for one document signs no other", async () => {
    const { credential } = await load("by-oauth");
    const token = await allow(credential, new TextEncoder().encode("another document"));
    const refusal = await refusalOf(signByService(service, token, { credential, data, authorization: null }));
    expect(refusal.message).toContain("Hash is not authorized");
  });

  test("a code without its verifier, or a second time, gives no token", async () => {
    const beginning = await beginOAuth(service, { redirectUri: REDIRECT, language: "en", scope: "service" });
    const code = (await signIn(beginning.url, CSC_PASSWORD)).get("code") ?? "";
    const stolen = exchangeCode(service, { code, redirectUri: REDIRECT, codeVerifier: "guessed" });
    expect((await refusalOf(stolen)).reason).toBe("authorization_ended");
    const late = exchangeCode(service, { code, redirectUri: REDIRECT, codeVerifier: beginning.codeVerifier });
    expect((await refusalOf(late)).reason).toBe("authorization_ended");
  });

  test("who is turned away at the service's page comes back with an error and no code", async () => {
    const beginning = await beginOAuth(service, { redirectUri: REDIRECT, language: "en", scope: "service" });
    const back = await signIn(beginning.url, "guess");
    expect(Object.fromEntries(back)).toEqual({ state: beginning.state, error: "access_denied" });
  });

  test("the server is found by its issuer's metadata, if they are that issuer's", async () => {
    server.namesIssuer = true;
    expect((await requestApplicationToken(service)).expiresAt.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
    server.fault = "other-issuer";
    await expect(requestApplicationToken(service)).rejects.toThrow("another issuer's");
  });

  test("no secret goes to an authorization server without TLS", async () => {
    server.fault = "plain-oauth";
    await expect(requestApplicationToken(service)).rejects.toThrow("without https, which gets no secrets");
    expect(server.asked).toEqual(["info"]);
    const url = "http://sign.example.com/csc/v2";
    await expect(requestApplicationToken({ ...service, url })).rejects.toThrow("over anything but https");
  });
});

describe("a service that fails", () => {
  test.each<[CscFault, string]>([
    ["down", "gave no usable answer"],
    ["overloaded", "Maintenance until noon"],
    ["html", "something else than the API has"],
    ["endless", "larger than 1048576 bytes"],
  ])("and is %s is asked again later", async (fault, message) => {
    const { token } = await load("by-otp");
    server.fault = fault;
    const asking = loadCredential(service, token, "by-otp");
    await expect(asking).rejects.toBeInstanceOf(Retryable);
    await expect(asking).rejects.toThrow(message);
  });

  test("and does not answer is not waited for without end", async () => {
    server.fault = "slow";
    const asking = askService({
      method: "info",
      url: `${service.url}/info`,
      token: null,
      body: { json: {} },
      answer: z.object({}),
      secrets: [],
      timeLimitMs: 150,
    });
    await expect(asking).rejects.toBeInstanceOf(Retryable);
    await expect(asking).rejects.toThrow("no whole answer within 150 ms");
  });

  test("and signs another hash is found out", async () => {
    for (const id of ["other", "by-challenge"]) {
      const { token, credential } = await load(id);
      await sendCode(service, token, credential);
      const answers = { OTP: server.sentCode ?? "" };
      const authorization = await authorizeSignature(service, token, { credential, data, answers });
      if (!("sad" in authorization)) return expect.fail("It is not allowed");
      server.fault = "other-hash";
      const signing = signByService(service, token, { credential, data, authorization });
      await expect(signing).rejects.toBeInstanceOf(Permanent);
      await expect(signing).rejects.toThrow("not one of these bytes by its credential");
      server.fault = null;
    }
  });

  test("and says secrets back has them taken out of its words", async () => {
    const { token, credential } = await load("by-otp");
    server.fault = "talkative";
    const answers = { PIN: CSC_PIN, OTP: "424242" };
    const refusal = await refusalOf(authorizeSignature(service, token, { credential, data, answers }));
    expect(refusal.message).toContain("You said");
    expect(refusal.message).toContain("…");
    for (const secret of [CSC_PIN, "424242", token.value]) expect(refusal.message).not.toContain(secret);
  });

  test("and forgot our token says so", async () => {
    const { token } = await load("by-otp");
    server.forgetTokens();
    expect((await refusalOf(loadCredential(service, token, "by-otp"))).reason).toBe("token_ended");
  });
});
