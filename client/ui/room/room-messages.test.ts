import { NOTICES } from "@nexbasira/core/contract/signalling.ts";
import { describe, expect, it } from "vitest";
import { NOTICE_NAMES, RoomRequestError, readAnswer, readNotice } from "./room-messages.ts";

describe("the room's messages", () => {
  it("are all listened to", () => {
    expect([...NOTICE_NAMES].sort()).toEqual(Object.keys(NOTICES).sort());
  });

  it("give an answer's data", () => {
    expect(readAnswer("clock.read", { ok: true, data: { server_time_ms: 5 } })).toEqual({ server_time_ms: 5 });
  });

  it("turn a refusal into an error with the room's code", () => {
    const refusal = { ok: false, error: { code: "permission_denied", message: "Only an inspector may." } };
    expect(() => readAnswer("session.end", refusal)).toThrow(
      expect.objectContaining({ code: "permission_denied", name: "RoomRequestError" }),
    );
  });

  it("do not pass on an answer that is not what the contract says", () => {
    expect(() => readAnswer("clock.read", { ok: true, data: { server_time_ms: "5" } })).toThrow(RoomRequestError);
    expect(() => readAnswer("clock.read", undefined)).toThrow(RoomRequestError);
  });

  it("do not pass on a notice that is not what the contract says", () => {
    expect(() => readNotice("session.ended", { status: "paused" })).toThrow();
    expect(readNotice("session.ended", { status: "completed" })).toEqual({
      name: "session.ended",
      payload: { status: "completed" },
    });
  });
});
