import { expect, test } from "vitest";
import { decryptFernet, encryptFernet, newFernetKey } from "./fernet.ts";

// The vectors of github.com/fernet/spec.
const KEY = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
const TOKEN = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
const TIME = Date.parse("1985-10-26T01:20:00-07:00");

test("makes the token of the specification's vector", () => {
  const iv = Buffer.from(Array.from({ length: 16 }, (_, index) => index));
  expect(encryptFernet([KEY], "hello", TIME, iv)).toBe(TOKEN);
});

test("reads the token of the specification's vector", () => {
  expect(decryptFernet([KEY], TOKEN)).toBe("hello");
});

test("encrypts under the first key and reads what any key of the list made", () => {
  const [older, newer] = [newFernetKey(), newFernetKey()];
  const made = encryptFernet([older], "whsec_žluťoučký");
  expect(decryptFernet([newer, older], made)).toBe("whsec_žluťoučký");
  expect(() => decryptFernet([newer], made)).toThrow("no key opens");
});

test("refuses a token with any byte changed", () => {
  const bytes = Buffer.from(TOKEN, "base64url");
  for (let position = 0; position < bytes.length; position++) {
    const altered = Buffer.from(bytes);
    altered.writeUInt8(bytes.readUInt8(position) ^ 1, position);
    // Written as a token is, so that it is the change that is found.
    const text = altered.toString("base64url");
    expect(() => decryptFernet([KEY], `${text}${"=".repeat(TOKEN.length - text.length)}`)).toThrow(
      position === 0 ? "not a Fernet token" : "no key opens",
    );
  }
});

test("an age is judged where one is asked for, to the second, and a minute of clock skew is allowed", () => {
  const at = (seconds: number, maximumAge_s?: number) => () =>
    decryptFernet([KEY], TOKEN, {
      now: TIME + seconds * 1000,
      ...(maximumAge_s === undefined ? {} : { maximumAge_s }),
    });
  expect(at(60, 60)()).toBe("hello");
  expect(at(61, 60)).toThrow("too old");
  expect(at(-60, 60)()).toBe("hello");
  expect(at(-61, 60)).toThrow("from the future");
  for (const far of [-1e9, 1e9]) expect(at(far)()).toBe("hello");
});

test("there is one way of writing a token", () => {
  for (const written of [TOKEN.replace(/=+$/, ""), `${TOKEN}=`, ` ${TOKEN}`, `${TOKEN}\n`, `%${TOKEN}`]) {
    expect(() => decryptFernet([KEY], written)).toThrow("not a Fernet token");
  }
  // The last character's unused bits.
  expect(() => decryptFernet([KEY], TOKEN.replace("A==", "B=="))).toThrow("not a Fernet token");
});

test("refuses what is no token and a key of the wrong length", () => {
  expect(() => decryptFernet([KEY], "")).toThrow("not a Fernet token");
  expect(() => encryptFernet(["c2hvcnQ"], "x")).toThrow("32 bytes");
  expect(() => encryptFernet([], "x")).toThrow("no Fernet key");
});
