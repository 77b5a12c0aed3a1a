import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT } from "../setup/paths.mjs";
import { readConfiguration } from "./configuration.ts";
import { usualMediaProcesses } from "./media-nodes.ts";

test("without any variable, and with empty ones, the usual values hold", () => {
  const ports = { PORT: 3000, HTTPS_PORT: 3443, MEDIA_PORT: 44_400 };
  const usual = { ...ports, MEDIA_PROCESSES: usualMediaProcesses(), DATA_DIR: join(PROJECT, ".nexbasira") };
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
  ["MEDIA_PROCESSES", "two"],
  ["DATABASE_URL", "localhost:5432"],
  ["REDIS_URL", "http://localhost"],
])("a wrong %s (%s) is refused by its name", (name, value) => {
  expect(() => readConfiguration({ [name]: value })).toThrow(`Wrong configuration: ${name} is not`);
});

test("no media process at all is refused", () => {
  expect(() => readConfiguration({ MEDIA_PROCESSES: "0" })).toThrow("MEDIA_PROCESSES must be 1 at least");
});

test("the ports of further media processes are theirs alone", () => {
  const two = { MEDIA_PROCESSES: "2", MEDIA_PORT: "44400" };
  expect(() => readConfiguration({ ...two, PORT: "44401" })).toThrow("MEDIA_PORT (44400 to 44401) must differ");
  expect(readConfiguration({ ...two, PORT: "44402" }).PORT).toBe(44_402);
  expect(() => readConfiguration({ ...two, MEDIA_PORT: "65535" })).toThrow("MEDIA_PORT is too high");
});

test("two ports that are the same are refused", () => {
  expect(() => readConfiguration({ PORT: "3443" })).toThrow("PORT (3443), HTTPS_PORT (3443)");
});
