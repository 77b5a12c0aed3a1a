import { expect, test } from "vitest";
import { checkRelease } from "./check-release.ts";

const documentOf = (version: string, paths: object = {}) => ({ openapi: "3.1.1", info: { version }, paths });
const THINGS = { "/things": { get: { responses: {} } } };

test("the first release and additions may be released", () => {
  expect(checkRelease(undefined, documentOf("1.0.0"))).toEqual({ permitted: true, breaks: [] });
  expect(checkRelease(documentOf("1.0.0"), documentOf("1.0.0", THINGS))).toEqual({ permitted: true, breaks: [] });
});

test("a break may be released by a higher major version alone", () => {
  const breaks = ["GET /things: is gone"];
  const after = (version: string) => checkRelease(documentOf("1.9.0", THINGS), documentOf(version));
  expect(after("1.9.0")).toEqual({ permitted: false, breaks });
  expect(after("1.10.0")).toEqual({ permitted: false, breaks });
  expect(after("10.0.0")).toEqual({ permitted: true, breaks });
});

test("a document without a version is an error", () => {
  expect(() => checkRelease(documentOf("1.0.0", THINGS), documentOf(""))).toThrow("is none");
});
