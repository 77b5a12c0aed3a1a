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

test("is production unless told otherwise, and then sends webhooks nowhere but to https and public addresses", () => {
  const configuration = readConfiguration(VALID);
  expect(configuration.development).toBe(false);
  expect(configuration.webhooks).toEqual({ allowHttp: false, privateRanges: [] });
  expect(readConfiguration({ ...VALID, NEXBASIRA_MODE: "development" }).webhooks.allowHttp).toBe(true);
});

test("reads media nodes by name", () => {
  const { media } = readConfiguration({ ...VALID, MEDIA_NODES: "a=http://10.0.0.1:3010, b=http://10.0.0.2:3010" });
  expect(media.nodes).toEqual([
    { name: "a", url: "http://10.0.0.1:3010" },
    { name: "b", url: "http://10.0.0.2:3010" },
  ]);
});
