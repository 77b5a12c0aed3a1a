import type { RoomView } from "@nexbasira/ui/room/room-state.ts";
import { describe, expect, it } from "vitest";
import { isNothingMissing, missingFrom } from "./missing.ts";

function room(signatureLevel: string, signature: RoomView["signature"], more: Partial<RoomView> = {}): RoomView {
  return {
    session: { id: "sess_1", reference: "INS-1", status: "active", signature_level: signatureLevel },
    items: [],
    announced: [],
    clips: [],
    boards: [],
    signature,
    ...more,
  } as unknown as RoomView;
}

describe("what is missing at the end", () => {
  it("is nothing where no signature was wanted and all has arrived", () => {
    expect(isNothingMissing(missingFrom(room("none", UNSIGNED), false))).toBe(true);
  });

  it("is a signature that the session asks for, requested or not", () => {
    expect(missingFrom(room("ses", { requested: false, submitted: false }), false).signature).toBe("not_requested");
    expect(missingFrom(room("ses", { requested: true, submitted: false }), false).signature).toBe("not_given");
    expect(missingFrom(room("none", { requested: true, submitted: false }), false).signature).toBe("not_given");
  });

  it("is somebody who vouches for the participant, where the finished report is to be signed", () => {
    expect(missingFrom(room("aes", UNSIGNED), false).signature).toBe("no_identity");
    expect(missingFrom(room("aes", UNSIGNED), true).signature).toBeUndefined();
    expect(missingFrom(room("qes", UNSIGNED), false).signature).toBeUndefined();
  });

  it("is no signature once it was given", () => {
    expect(missingFrom(room("ses", { requested: true, submitted: true }), false).signature).toBeUndefined();
  });

  it("counts captures on their way, and clips that are being cut or failed", () => {
    const clip = { participant_id: "me", item_id: null };
    const clips: RoomView["clips"] = [
      { ...clip, clip_id: "c1", from_ms: 0, to_ms: 1, state: "cutting" },
      { ...clip, clip_id: "c2", from_ms: 2, to_ms: 3, state: "failed" },
    ];
    const missing = missingFrom(room("none", UNSIGNED, { announced: [announced], clips }), false);
    expect(missing).toMatchObject({ captures: 1, clips: 1, failedClips: 1 });
    expect(isNothingMissing(missing)).toBe(false);
  });

  it("counts photos of which a frame of the stream is all there is, unless the phone has announced the original", () => {
    const frame = { kind: "snapshot", provisional: true, superseded_by: null, request_id: "r1", sha256: "b" };
    const items = [{ ...frame, captured_by: { participant_id: "part_1" } }] as unknown as RoomView["items"];
    expect(missingFrom(room("none", UNSIGNED, { items }), false).originals).toBe(1);
    const onTheWay = { ...announced, request_id: "r1" };
    expect(missingFrom(room("none", UNSIGNED, { items, announced: [onTheWay] }), false)).toMatchObject({
      captures: 1,
      originals: 0,
    });
  });
});

const UNSIGNED = { requested: false, submitted: false };
const announced = {
  capture_id: "3b241101-e2bb-4255-8caf-4136c566a962",
  participant_id: "part_1",
  kind: "snapshot" as const,
  sha256: "a".repeat(64),
  size: 1,
  announced_at: 0,
  request_id: "3b241101-e2bb-4255-8caf-4136c566a962",
};
