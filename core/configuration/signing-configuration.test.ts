import { describe, expect, test } from "vitest";
import { newFernetKey } from "../secrets/fernet.ts";
import { readConfiguration } from "./configuration.ts";

const BASE = {
  PUBLIC_URL: "https://inspect.example.org",
  DATA_DIR: "/data",
  CERTS_DIR: "/certs",
  DATABASE_URL: "postgres://user:password@host/database",
  MASTER_KEYS: newFernetKey(),
  AUTH_SECRET: "x".repeat(32),
};
const P12 = { SIGNING_P12: "/run/signing/key.p12", SIGNING_P12_PASSPHRASE: "passphrase-value" };
const PKCS11 = {
  SIGNING_PKCS11_MODULE: "/usr/lib/softhsm/libsofthsm2.so",
  SIGNING_PKCS11_TOKEN: "evidence",
  SIGNING_PKCS11_PIN: "pin-value",
  SIGNING_PKCS11_KEY: "seal",
};
const CSC = {
  SIGNING_CSC_URL: "https://sign.example.com/csc/v2/",
  SIGNING_CSC_CLIENT_ID: "nexbasira",
  SIGNING_CSC_CLIENT_SECRET: "secret-value",
  SIGNING_CSC_CREDENTIAL: "GX0112348",
};
const SIGNERS = {
  SIGNERS_CSC_URL: "https://trust.example.com/csc/v2",
  SIGNERS_CSC_CLIENT_ID: "nexbasira",
  SIGNERS_CSC_CLIENT_SECRET: "secret-value",
};
const AES = { AES_CA_P12: "/run/signing/ca.p12", AES_CA_P12_PASSPHRASE: "passphrase-value" };

const read = (more: Record<string, string>) => readConfiguration({ ...BASE, ...more });

describe("the signing key", () => {
  test("is a file, a token's or a service's", () => {
    expect(read({}).signing).toBeNull();
    expect(read(P12).signing).toEqual({
      provider: "pkcs12",
      path: "/run/signing/key.p12",
      passphrase: "passphrase-value",
    });
    expect(read(PKCS11).signing).toEqual({
      provider: "pkcs11",
      module: "/usr/lib/softhsm/libsofthsm2.so",
      token: "evidence",
      pin: "pin-value",
      key: "seal",
      certificates: null,
      binding: null,
    });
    expect(read({ ...CSC, SIGNING_CSC_PIN: "1234" }).signing).toEqual({
      provider: "csc",
      service: { url: "https://sign.example.com/csc/v2", clientId: "nexbasira", clientSecret: "secret-value" },
      credential: "GX0112348",
      pin: "1234",
    });
  });

  test.each([
    [{ ...P12, ...PKCS11 }, "SIGNING_PKCS11_MODULE: is given beside SIGNING_P12"],
    [{ ...PKCS11, ...CSC }, "SIGNING_CSC_URL: is given beside SIGNING_PKCS11_MODULE"],
    [{ ...P12, ...CSC }, "SIGNING_CSC_URL: is given beside SIGNING_P12"],
  ])("is one alone: two stop the start", (given, message) => {
    expect(() => read(given)).toThrow(message);
  });

  test.each(
    [P12, PKCS11, CSC, SIGNERS, AES].flatMap((group) =>
      Object.keys(group).map((missing): [string, Record<string, string>] => [missing, group]),
    ),
  )("is given whole: without %s the start stops, and no value is shown", (missing, group) => {
    const { [missing]: _left, ...rest } = group;
    let message = "";
    try {
      read(rest);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(`${missing}: is required with ${Object.keys(rest)[0]}`);
    for (const value of ["passphrase-value", "pin-value", "secret-value"]) expect(message).not.toContain(value);
  });

  test("and what belongs to it alone is half a key", () => {
    expect(() => read({ SIGNING_PKCS11_BINDING: "/x" })).toThrow("SIGNING_PKCS11_MODULE: is required with");
    expect(() => read({ SIGNING_CSC_PIN: "1" })).toThrow("SIGNING_CSC_URL: is required with SIGNING_CSC_PIN");
  });

  test("is asked of a service over TLS alone, or on this machine", () => {
    for (const wrong of ["http://sign.example.com/csc/v2", "sign.example.com", "ftp://sign.example.com"]) {
      expect(() => read({ ...CSC, SIGNING_CSC_URL: wrong })).toThrow("SIGNING_CSC_URL: must be the https: address");
    }
    expect(read({ ...CSC, SIGNING_CSC_URL: "http://127.0.0.1:9000/csc/v2" }).signing).toMatchObject({
      provider: "csc",
    });
  });
});

test("people's signing service is qualified only when it says so, and only where there is one", () => {
  expect(read({}).signers).toBeNull();
  expect(read(SIGNERS).signers).toMatchObject({ url: "https://trust.example.com/csc/v2", qualified: false });
  expect(read({ ...SIGNERS, SIGNERS_CSC_QUALIFIED: "yes" }).signers).toMatchObject({ qualified: true });
  expect(() => read({ SIGNERS_CSC_QUALIFIED: "yes" })).toThrow("SIGNERS_CSC_URL: is required");
  expect(() => read({ ...SIGNERS, SIGNERS_CSC_QUALIFIED: "true" })).toThrow("SIGNERS_CSC_QUALIFIED");
});
