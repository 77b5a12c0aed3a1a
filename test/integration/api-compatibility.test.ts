import { expect, test } from "vitest";
import { breakingChanges } from "../../tools/release-api/breaking-changes.ts";
import { currentDocument, releasedDocument } from "../../tools/release-api/released-document.ts";

test("no client of the released API breaks by what this code answers", async () => {
  const released = await releasedDocument();
  expect(released, "docs/api/openapi.json").toMatchObject({ openapi: expect.stringMatching(/^3\.1\./) });
  expect(breakingChanges(released, await currentDocument())).toEqual([]);
});

test("the comparison finds what breaks in the description itself", async () => {
  const current = await currentDocument();
  expect(breakingChanges(current, { ...current, paths: {} })).toContain("POST /sessions: is gone");
  expect(breakingChanges(current, { ...current, webhooks: {} })).toContain("event session.completed: is gone");
});
