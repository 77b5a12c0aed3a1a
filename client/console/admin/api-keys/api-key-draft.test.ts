import { describe, expect, it } from "vitest";
import { bodyOfDraft, emptyDraft } from "./api-key-draft.ts";

const draft = { ...emptyDraft("live"), name: "Claims" };

describe("the form of a new API key", () => {
  it("asks for a key that holds until it is revoked, if nothing else is chosen", () => {
    const { body } = bodyOfDraft(draft);
    expect(body).toEqual({
      name: "Claims",
      mode: "live",
      scopes: ["sessions:read", "sessions:write", "evidence:read"],
    });
  });

  it("says a lifetime in seconds", () => {
    expect(bodyOfDraft({ ...draft, lifetime: "90d" }).body?.expires_in).toBe(90 * 24 * 3600);
  });

  it("names what is wrong with the name and the scopes", () => {
    expect(bodyOfDraft({ ...draft, name: " " }).problems).toEqual({ name: "missing" });
    expect(bodyOfDraft({ ...draft, name: "x".repeat(121) }).problems).toEqual({ name: "too_long" });
    expect(bodyOfDraft({ ...draft, name: "a\u0007" }).problems).toEqual({ name: "invalid" });
    expect(bodyOfDraft({ ...draft, scopes: [] })).toEqual({ body: undefined, problems: { scopes: "missing" } });
  });
});
