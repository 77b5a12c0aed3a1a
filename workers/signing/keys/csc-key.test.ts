import { verify } from "node:crypto";
import { publicKeyOf, type SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { CSC_CLIENT, CSC_PIN, CscServer } from "../../../test/helpers/csc-server.ts";
import { loadCscKey } from "./csc-key.ts";

const seal = { userId: "organization", commonName: "Seal", key: "P-256" } as const;
const data = Buffer.from("the DER of some signed attributes");

let server: CscServer;
beforeAll(async () => {
  server = await CscServer.start({
    credentials: [
      { ...seal, id: "pin", authorization: "pin" },
      { ...seal, id: "none", authorization: "none", key: "RSA" },
      { ...seal, id: "otp", authorization: "pin+otp" },
      { ...seal, id: "app", authorization: "app" },
      { ...seal, id: "locks", authorization: "pin" },
    ],
  });
});
afterEach(() => {
  server.fault = null;
  server.tokenLifetime = 3600;
});
afterAll(() => server.close());

function load(credential: string, pin: string | null): Promise<SigningKey> {
  return loadCscKey({ service: { url: server.url, ...CSC_CLIENT }, credential, pin });
}

async function holds(key: SigningKey): Promise<boolean> {
  return verify(key.algorithm.hash, data, publicKeyOf(key.certificate), await key.sign(data));
}

describe("the organization's credential at a signing service", () => {
  test("signs with its PIN, each signature allowed by itself", async () => {
    const key = await load("pin", CSC_PIN);
    expect(key.chain).toHaveLength(1);
    for (let count = 0; count < 3; count++) expect(await holds(key)).toBe(true);
  });

  test("signs without one where the service asks for nothing", async () => {
    const key = await load("none", null);
    expect(key.algorithm).toEqual({ scheme: "RSASSA-PKCS1-v1_5", hash: "SHA-256" });
    expect(await holds(key)).toBe(true);
  });

  test("gets a new token before the old one ends, and when the service has forgotten it", async () => {
    server.tokenLifetime = 60;
    const key = await load("pin", CSC_PIN);
    server.tokenLifetime = 3600;
    const tokens = () => server.asked.filter((method) => method === "/oauth2/token").length;
    const before = tokens();
    expect(await holds(key)).toBe(true);
    expect(tokens()).toBe(before + 1);
    server.forgetTokens();
    expect(await holds(key)).toBe(true);
    expect(tokens()).toBe(before + 2);
  });

  test("is tried again later while the service is down, and signs when it is back", async () => {
    const key = await load("pin", CSC_PIN);
    server.fault = "down";
    await expect(key.sign(data)).rejects.toBeInstanceOf(Retryable);
    server.fault = "expired-sad";
    await expect(key.sign(data)).rejects.toBeInstanceOf(Retryable);
    server.fault = null;
    expect(await holds(key)).toBe(true);
  });

  test("gives no signature of anything else", async () => {
    const key = await load("pin", CSC_PIN);
    server.fault = "other-hash";
    const signing = key.sign(data);
    await expect(signing).rejects.toBeInstanceOf(Permanent);
    await expect(signing).rejects.toThrow("not one of these bytes");
  });

  test("is not given a wrong PIN a second time", async () => {
    const key = await load("locks", "000000");
    await expect(key.sign(data)).rejects.toBeInstanceOf(Permanent);
    const before = server.asked.length;
    for (let count = 0; count < 5; count++)
      await expect(key.sign(data)).rejects.toThrow("authentication data is invalid");
    expect(server.asked).toHaveLength(before);
    // It was one wrong try of three: the credential is not locked.
    expect(await holds(await load("locks", CSC_PIN))).toBe(true);
  });

  test.each([
    ["otp", CSC_PIN, "SIGNING_CSC_CREDENTIAL: otp asks for Code by SMS, which only a person has"],
    ["app", null, "SIGNING_CSC_CREDENTIAL: app asks for The service's app, which only a person has"],
    ["pin", null, "SIGNING_CSC_PIN: is required by the credential pin"],
    ["missing", CSC_PIN, "Invalid parameter credentialID"],
  ])("is refused at the start where it cannot sign alone: %s", async (credential, pin, message) => {
    await expect(load(credential, pin)).rejects.toThrow(message);
  });
});
