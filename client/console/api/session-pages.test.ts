import type { Session } from "@nexbasira/core/contract/session.ts";
import { describe, expect, it } from "vitest";
import { withSession } from "./session-pages.ts";

function session(id: string, created_at: string, status: Session["status"] = "pending"): Session {
  return {
    id,
    object: "session",
    mode: "test",
    type: "field_inspection",
    status,
    reference: id,
    participant: { name: "Marie L.", channel: "link", phone: null, email: null, locale: "fr" },
    callbacks: {},
    signature: { level: "none" },
    recording: true,
    location: null,
    metadata: {},
    join_url: "http://localhost/s/x",
    created_at,
    expires_at: "2026-06-01T00:00:00Z",
    started_at: null,
    completed_at: null,
    ended_by: null,
    retention: null,
    legal_hold: false,
    evidence_deleted_at: null,
  };
}

const newer = session("b", "2026-05-23T11:00:00Z");
const older = session("a", "2026-05-23T10:00:00Z");
const data = {
  pages: [
    { data: [newer], has_more: true, next_cursor: "c" },
    { data: [older], has_more: false, next_cursor: null },
  ],
  pageParams: [null, "c"],
};

describe("a session that changed", () => {
  it("is put in its place and leaves other pages untouched", () => {
    const next = withSession(data, { ...older, status: "active" }, true);
    expect(next.pages[1]?.data[0]?.status).toBe("active");
    expect(next.pages[0]).toBe(data.pages[0]);
  });

  it("leaves a list whose filters it does not match any more", () => {
    expect(withSession(data, { ...newer, status: "active" }, false).pages[0]?.data).toEqual([]);
  });

  it("comes on top when it is new", () => {
    const made = session("c", "2026-05-23T12:00:00Z");
    expect(withSession(data, made, true).pages[0]?.data.map((row) => row.id)).toEqual(["c", "b"]);
  });

  it("does not come into a list that it does not match, nor above newer ones", () => {
    expect(withSession(data, session("c", "2026-05-23T12:00:00Z"), false)).toBe(data);
    expect(withSession(data, session("c", "2026-05-20T12:00:00Z"), true)).toBe(data);
  });

  it("is the first of an empty list", () => {
    const empty = { pages: [{ data: [], has_more: false, next_cursor: null }], pageParams: [null] };
    expect(withSession(empty, newer, true).pages[0]?.data).toEqual([newer]);
  });
});
