import type { WebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { describe, expect, it } from "vitest";
import { bodyOfDraft, changeOfDraft, draftOf, emptyDraft } from "./endpoint-draft.ts";

const draft = { ...emptyDraft("test"), url: " https://hooks.example.com/nexbasira " };

const endpoint: WebhookEndpoint = {
  id: "we_1",
  object: "webhook_endpoint",
  mode: "test",
  url: "https://hooks.example.com/nexbasira",
  description: "Claims",
  event_types: ["session.completed", "session.signed"],
  active: true,
  created_at: "2026-05-23T11:42:15Z",
  secret_prefix: "4f9d2a",
  previous_secret_expires_at: null,
  disabled_at: null,
  failures_in_a_row: 0,
};

describe("the form of an endpoint", () => {
  it("asks for all events and for no description, if nothing else is chosen", () => {
    expect(bodyOfDraft(draft).body).toEqual({
      url: "https://hooks.example.com/nexbasira",
      mode: "test",
      event_types: [],
    });
  });

  it("names what is wrong with each field", () => {
    expect(bodyOfDraft({ ...draft, url: " " }).problems).toEqual({ url: "missing" });
    expect(bodyOfDraft({ ...draft, url: "hooks.example.com" }).problems).toEqual({ url: "invalid" });
    expect(bodyOfDraft({ ...draft, url: `https://a.example/${"x".repeat(2048)}` }).problems).toEqual({
      url: "too_long",
    });
    expect(bodyOfDraft({ ...draft, description: "x".repeat(501) }).problems).toEqual({ description: "too_long" });
    expect(bodyOfDraft({ ...draft, description: "a\u0007b" }).problems).toEqual({ description: "invalid" });
    expect(bodyOfDraft({ ...draft, all: false })).toEqual({
      body: undefined,
      problems: { event_types: "missing" },
    });
  });

  it("changes nothing where nothing was changed, whatever the order of the events", () => {
    expect(changeOfDraft(draftOf(endpoint), endpoint).change).toEqual({});
    const turned = { ...draftOf(endpoint), event_types: ["session.signed", "session.completed"] };
    expect(changeOfDraft(turned, endpoint).change).toEqual({});
  });

  it("changes only what was changed, and takes a description away", () => {
    expect(changeOfDraft({ ...draftOf(endpoint), description: "" }, endpoint).change).toEqual({ description: null });
    expect(changeOfDraft({ ...draftOf(endpoint), all: true }, endpoint).change).toEqual({ event_types: [] });
    expect(changeOfDraft({ ...draftOf(endpoint), url: "https://b.example/" }, endpoint).change).toEqual({
      url: "https://b.example/",
    });
  });
});
