import { describe, expect, it } from "vitest";
import { item } from "../live/sample-item.ts";
import { frameOf, originalOf, standingItems } from "./standing-items.ts";

const original = item({ id: "evd_o" });
const frame = item({ id: "evd_p", sha256: "b".repeat(64), provisional: true, source: "stream" });
const superseded = { ...frame, superseded_by: { id: "evd_o", sha256: original.sha256 } };
const alone = { ...frame, id: "evd_q", request_id: "7c241101-e2bb-4255-8caf-4136c566a962" };

describe("the items that stand for themselves", () => {
  it("are without provisional frames whose originals are there", () => {
    expect(standingItems([superseded, original, alone]).map(({ id }) => id)).toEqual(["evd_o", "evd_q"]);
  });

  it("are so, too, where the frame has not yet been said to be superseded", () => {
    expect(standingItems([frame, original])).toEqual([original]);
    expect(originalOf(frame, [frame, original])).toBe(original);
  });

  it("know the frame that stood in for an original, and that others had none", () => {
    expect(frameOf(original, [superseded, original])).toBe(superseded);
    expect(frameOf(original, [alone, original])).toBeUndefined();
    expect(frameOf(alone, [superseded, alone])).toBeUndefined();
  });

  it("never pair items that answer no request", () => {
    const [a, b] = [item({ id: "a", request_id: null }), item({ id: "b", request_id: null, provisional: true })];
    expect(standingItems([a, b])).toHaveLength(2);
  });
});
