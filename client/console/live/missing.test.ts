import type { RoomView } from "@nexbasira/ui/room/room-state.ts";
import { describe, expect, it } from "vitest";
import { isNothingMissing, missingFrom } from "./missing.ts";

function room(signatureLevel: string, signature: RoomView["signature"], more: Partial<RoomView> = {}): RoomView {
  return {
    session: { id: "sess_1", reference: "INS-1", status: "active", signature_level: signatureLevel },
    items: [],
    announced: [],
    boards: [],
    signature,
    ...more,
  } as unknown as RoomView;
}

describe("what is missing at the end", () => {
  it("is nothing where no signature was wanted and all has arrived", () => {
    expect(isNothingMissing(missingFrom(room("none", { requested: false, submitted: false }), []))).toBe(true);
  });

  it("is a signature that the session asks for, requested or not", () => {
    expect(missingFrom(room("ses", { requested: false, submitted: false }), []).signature).toBe("not_requested");
    expect(missingFrom(room("ses", { requested: true, submitted: false }), []).signature).toBe("not_given");
    expect(missingFrom(room("none", { requested: true, submitted: false }), []).signature).toBe("not_given");
  });

  it("is no signature once it was given", () => {
    expect(missingFrom(room("ses", { requested: true, submitted: true }), []).signature).toBeUndefined();
  });

  it("counts captures on their way and clips being cut", () => {
    const announced = [
      {
        capture_id: "3b241101-e2bb-4255-8caf-4136c566a962",
        participant_id: "part_1",
        kind: "snapshot" as const,
        sha256: "a".repeat(64),
        size: 1,
        announced_at: 0,
      },
    ];
    const clips = [{ id: "c", at: 0, fromMs: 0, toMs: 1 }];
    const missing = missingFrom(room("none", { requested: false, submitted: false }, { announced }), clips);
    expect(missing).toMatchObject({ captures: 1, clips: 1 });
    expect(isNothingMissing(missing)).toBe(false);
  });
});
