import { expect, test } from "vitest";
import { subscribedNames } from "./record-event.ts";

test("an empty subscription gets every event under its canonical name", () => {
  expect(subscribedNames([], "evidence.added")).toEqual(["evidence.added"]);
});

test("an event comes under each name that was asked for", () => {
  expect(subscribedNames(["evidence.created", "session.completed"], "evidence.added")).toEqual(["evidence.created"]);
  expect(subscribedNames(["evidence.added", "session.evidence.captured"], "evidence.added")).toEqual([
    "evidence.added",
    "session.evidence.captured",
  ]);
  expect(subscribedNames(["session.signed"], "signature.completed")).toEqual(["session.signed"]);
});

test("what was not asked for does not come", () => {
  expect(subscribedNames(["session.created"], "evidence.added")).toEqual([]);
});
