import { expect, test } from "vitest";
import { daysOf, draftOf, toDays } from "./retention-draft.ts";

test("rules come back as they were", () => {
  for (const retention of [
    { evidence_days: null, personal_data_days: null },
    { evidence_days: 365, personal_data_days: 730 },
    { evidence_days: 1, personal_data_days: null },
  ]) {
    expect(daysOf(draftOf(retention))).toEqual(retention);
  }
});

test.each(["", "0", "-1", "1.5", "36501", "ten", "1e3"])("%j is no number of days", (days) => {
  expect(toDays({ limited: true, days })).toBeUndefined();
  expect(daysOf({ evidence: { limited: true, days }, people: { limited: false, days } })).toBeUndefined();
});

test("what is kept for ever needs no number", () => {
  expect(toDays({ limited: false, days: "nonsense" })).toBeNull();
});
