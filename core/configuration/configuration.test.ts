import { expect, test } from "vitest";
import { newFernetKey } from "../secrets/fernet.ts";
import { readConfiguration } from "./configuration.ts";

const VALID = {
  PUBLIC_URL: "https://inspect.example.org",
  DATA_DIR: "/data",
  CERTS_DIR: "/certs",
  DATABASE_URL: "postgres://user:password@host/database",
  MASTER_KEYS: newFernetKey(),
  AUTH_SECRET: "x".repeat(32),
};

test("names every wrong variable and shows no value", () => {
  const wrong = { ...VALID, PORT: "http", AUTH_SECRET: "too-short-a-secret", MASTER_KEYS: "bad-master-key" };
  let message = "";
  try {
    readConfiguration(wrong);
  } catch (error) {
    message = String(error);
  }
  expect(message).toContain("PORT");
  expect(message).toContain("AUTH_SECRET");
  expect(message).toContain("MASTER_KEYS");
  expect(message).not.toContain("too-short-a-secret");
  expect(message).not.toContain("bad-master-key");
});

test("secrets have no defaults", () => {
  for (const name of ["MASTER_KEYS", "AUTH_SECRET", "DATABASE_URL"]) {
    expect(() => readConfiguration({ ...VALID, [name]: undefined })).toThrow(name);
    expect(() => readConfiguration({ ...VALID, [name]: "" })).toThrow(name);
  }
});

test("is production unless told otherwise, and then goes nowhere but to public addresses, with webhooks by https", () => {
  const configuration = readConfiguration(VALID);
  expect(configuration.development).toBe(false);
  expect(configuration.webhooks).toEqual({ allowHttp: false, privateRanges: [] });
  expect(configuration.revocationPrivateRanges).toEqual([]);
  expect(readConfiguration({ ...VALID, NEXBASIRA_MODE: "development" }).webhooks.allowHttp).toBe(true);
});

test("strangers make themselves sandboxes in development alone, unless it says otherwise", () => {
  expect(readConfiguration(VALID).sandbox).toBe(false);
  expect(readConfiguration({ ...VALID, SANDBOX: "on" }).sandbox).toBe(true);
  const development = { ...VALID, NEXBASIRA_MODE: "development" };
  expect(readConfiguration(development).sandbox).toBe(true);
  expect(readConfiguration({ ...development, SANDBOX: "off" }).sandbox).toBe(false);
});

test("limits requests unless told otherwise, and nothing else", () => {
  const { rateLimits, quotas } = readConfiguration(VALID);
  expect(rateLimits).toEqual({ key: 1200, organization: 3000, address: 300 });
  expect(quotas).toEqual({ sessions_per_month: null, minutes_per_month: null, storage_bytes: null, members: null });
  const given = { ...VALID, RATE_LIMIT_KEY: "60", QUOTA_STORAGE_BYTES: "5000000000000", QUOTA_MEMBERS: "0" };
  expect(readConfiguration(given)).toMatchObject({
    rateLimits: { key: 60, organization: 3000 },
    quotas: { storage_bytes: 5_000_000_000_000, members: 0, sessions_per_month: null },
  });
  for (const wrong of [{ RATE_LIMIT_ADDRESS: "0" }, { QUOTA_MINUTES_PER_MONTH: "-1" }, { QUOTA_MEMBERS: "many" }]) {
    expect(() => readConfiguration({ ...VALID, ...wrong })).toThrow(Object.keys(wrong)[0]);
  }
});

test("reads media nodes by name", () => {
  const { media } = readConfiguration({ ...VALID, MEDIA_NODES: "a=http://10.0.0.1:3010, b=http://10.0.0.2:3010" });
  expect(media.nodes).toEqual([
    { name: "a", url: "http://10.0.0.1:3010" },
    { name: "b", url: "http://10.0.0.2:3010" },
  ]);
});

test("reads which hosts belong to which organization, and takes nothing for a host that is none", () => {
  const { brandDomains } = readConfiguration({ ...VALID, BRAND_DOMAINS: "inspect.acme.com=1, live.nordlicht.de=22" });
  expect([...brandDomains]).toEqual([
    ["inspect.acme.com", 1],
    ["live.nordlicht.de", 22],
  ]);
  expect(readConfiguration(VALID).brandDomains.size).toBe(0);
  for (const wrong of [
    "inspect.acme.com",
    "https://a.com=1",
    "a.com:443=1",
    "127.0.0.1=1",
    "a.com=acme",
    "a.com/x=1",
  ]) {
    expect(() => readConfiguration({ ...VALID, BRAND_DOMAINS: wrong })).toThrow("BRAND_DOMAINS");
  }
});

test("storage keys are a list of 32 bytes each, and none is none", () => {
  expect(readConfiguration(VALID).storageKeys).toEqual([]);
  const [one, two] = [newFernetKey(), newFernetKey()];
  expect(readConfiguration({ ...VALID, STORAGE_KEYS: `${one}, ${two}` }).storageKeys).toEqual([one, two]);
  expect(() => readConfiguration({ ...VALID, STORAGE_KEYS: `${one},short` })).toThrow("STORAGE_KEYS");
});
