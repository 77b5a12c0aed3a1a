import { describe, expect, it } from "vitest";
import { bodyOfDraft, emptyDraft, type InspectionDraft, normalizePhone } from "./inspection-draft.ts";

const draft: InspectionDraft = {
  ...emptyDraft("fr"),
  name: "Marie L.",
  phone: "+33 6 12 34 56 78",
  reference: "INS-42871",
};

describe("a phone number", () => {
  it("may be written as people write it", () => {
    expect(normalizePhone("+33 (0)6 12-34.56 78")).toBe("+33612345678");
    expect(normalizePhone("00420 601 234 567")).toBe("+420601234567");
  });

  it("without a country is not guessed", () => {
    expect(bodyOfDraft({ ...draft, phone: "0612345678" })).toEqual({ ok: false, problems: { phone: "invalid" } });
  });
});

describe("the form of a new inspection", () => {
  it("makes the body of the call, without what was left empty", () => {
    expect(bodyOfDraft(draft)).toEqual({
      ok: true,
      body: {
        type: "field_inspection",
        reference: "INS-42871",
        participant: { name: "Marie L.", channel: "sms", phone: "+33612345678", locale: "fr" },
        signature: { level: "ses" },
        recording: true,
      },
    });
  });

  it("sends only what belongs to the chosen channel", () => {
    const result = bodyOfDraft({ ...draft, channel: "link", email: "marie@example.com" });
    expect(result.ok && result.body.participant).toEqual({ name: "Marie L.", channel: "link", locale: "fr" });
  });

  it("takes the expected place when there is one", () => {
    const result = bodyOfDraft({ ...draft, address: " 1 rue de la Paix " });
    expect(result.ok && result.body.location).toEqual({ address: "1 rue de la Paix" });
  });

  it("names each field that is missing or cannot be right", () => {
    const wrong = { ...draft, name: " ", channel: "email" as const, email: "marie", reference: "x".repeat(121) };
    expect(bodyOfDraft(wrong)).toEqual({
      ok: false,
      problems: { name: "missing", email: "invalid", reference: "too_long" },
    });
  });
});
