import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT } from "../setup/paths.mjs";
import { readConfiguration } from "./configuration.ts";

test("without any variable, and with empty ones, the usual values hold", () => {
  const usual = { PORT: 3000, HTTPS_PORT: 3443, MEDIA_PORT: 44_400, DATA_DIR: join(PROJECT, ".nexbasira") };
  expect(readConfiguration({})).toEqual(usual);
  expect(readConfiguration({ PORT: "", DATABASE_URL: "", HOME: "/root" })).toEqual(usual);
});

test("a relative data folder is taken from the folder the user is in", () => {
  expect(readConfiguration({ DATA_DIR: "second" }).DATA_DIR).toBe(join(process.cwd(), "second"));
});

test.each([
  ["PORT", "abc"],
  ["HTTPS_PORT", "0"],
  ["MEDIA_PORT", "65536"],
  ["DATABASE_URL", "localhost:5432"],
  ["REDIS_URL", "http://localhost"],
])("a wrong %s (%s) is refused by its name", (name, value) => {
  expect(() => readConfiguration({ [name]: value })).toThrow(`Wrong configuration: ${name} is not`);
});

test("two ports that are the same are refused", () => {
  expect(() => readConfiguration({ PORT: "3443" })).toThrow("PORT (3443), HTTPS_PORT (3443)");
});
