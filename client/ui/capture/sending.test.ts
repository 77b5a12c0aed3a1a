import { describe, expect, it } from "vitest";
import type { CaptureRecord } from "./capture-record.ts";
import { metadataOf } from "./capture-record.ts";
import {
  afterRestart,
  afterTry,
  nextOrder,
  nextToSend,
  outcomeOfFailure,
  pieceSize,
  sendDelay,
  summarize,
} from "./sending.ts";

const record = (change: Partial<CaptureRecord> = {}): CaptureRecord => ({
  capture_id: "3f9a3a1e-6a53-4a3c-9a43-1d3a54a6a6f1",
  participant_id: "part_1",
  kind: "snapshot",
  source: "photo",
  state: "saved",
  blob: new Blob(["photo"]),
  sha256: "b".repeat(64),
  size: 5,
  media_type: "image/jpeg",
  filename: null,
  width: null,
  height: null,
  thumbnail: null,
  device_time: "2026-05-23T11:42:15.123Z",
  clock_offset_ms: -40,
  device_order: 1,
  location: null,
  location_status: "timed_out",
  request_id: null,
  upload_url: null,
  failures: 0,
  refusal: null,
  item_id: null,
  ...change,
});

describe("what is sent next", () => {
  it("is the earliest capture that is not sent yet", () => {
    const records = [
      record({ device_order: 3 }),
      record({ device_order: 1, state: "verified" }),
      record({ device_order: 2, state: "refused" }),
      record({ device_order: 4 }),
    ];
    expect(nextToSend(records)?.device_order).toBe(3);
    expect(nextToSend(records.slice(1, 3))).toBeUndefined();
  });

  it("is a later capture when an earlier one keeps failing, and the earlier again when all do", () => {
    const stubborn = record({ device_order: 1, failures: 3 });
    expect(nextToSend([stubborn, record({ device_order: 2 })])?.device_order).toBe(2);
    expect(nextToSend([stubborn, record({ device_order: 2, failures: 4 })])?.device_order).toBe(1);
  });
});

describe("a capture's state", () => {
  it("is verified when the server has the bytes, which the device then lets go of", () => {
    const sent = afterTry(record({ state: "sending", upload_url: "/uploads/1" }), {
      kind: "verified",
      item_id: "ev_1",
    });
    expect(sent).toMatchObject({ state: "verified", blob: null, upload_url: null, item_id: "ev_1" });
  });

  it("goes on from where it was after a loss of network", () => {
    const again = afterTry(record({ state: "sending", upload_url: "/uploads/1" }), { kind: "failed" });
    expect(again).toMatchObject({ state: "saved", upload_url: "/uploads/1", failures: 1 });
    expect(again.blob).not.toBeNull();
  });

  it("starts from the beginning when the bytes did not arrive as announced", () => {
    const again = afterTry(record({ state: "sending", upload_url: "/uploads/1" }), { kind: "damaged" });
    expect(again).toMatchObject({ state: "saved", upload_url: null, failures: 1 });
  });

  it("keeps the bytes of what the server refuses", () => {
    const refused = afterTry(record({ state: "sending" }), { kind: "refused", code: "payload_too_large" });
    expect(refused).toMatchObject({ state: "refused", refusal: "payload_too_large" });
    expect(refused.blob).not.toBeNull();
  });

  it("is saved again when the page ended while it was being sent", () => {
    expect(afterRestart(record({ state: "sending" })).state).toBe("saved");
    expect(afterRestart(record({ state: "refused" })).state).toBe("refused");
  });
});

describe("a capture whose bytes the device has lost", () => {
  it("is not tried again after a restart, and says so", () => {
    expect(afterRestart(record({ blob: null }))).toMatchObject({ state: "refused", refusal: "lost_on_device" });
    expect(afterRestart(record({ state: "verified", blob: null })).state).toBe("verified");
  });
});

describe("an answer of the upload border", () => {
  it.each([
    [401, { kind: "unauthorized" }],
    [413, { kind: "refused", code: "some_code" }],
    [415, { kind: "refused", code: "some_code" }],
    [422, { kind: "damaged" }],
    [423, { kind: "failed" }],
    [429, { kind: "failed" }],
    [500, { kind: "failed" }],
    [503, { kind: "failed" }],
  ])("of status %i means what to do", (status, outcome) => {
    expect(outcomeOfFailure(status, "some_code")).toEqual(outcome);
  });

  it("is named by its status where a proxy answered without a problem", () => {
    expect(outcomeOfFailure(413, null)).toEqual({ kind: "refused", code: "413" });
  });
});

describe("the order on the device", () => {
  it("goes on after the highest number ever given", () => {
    expect(nextOrder([])).toBe(1);
    expect(nextOrder([record({ device_order: 2 }), record({ device_order: 7 }), record({ device_order: 3 })])).toBe(8);
  });
});

describe("the wait before a further try", () => {
  it("is none at first, doubles, and stays at half a minute", () => {
    expect([0, 1, 2, 3, 7, 100].map((failures) => sendDelay(failures, 0.5))).toEqual([
      0, 500, 1_000, 2_000, 30_000, 30_000,
    ]);
  });
});

describe("the pieces of a file", () => {
  it.each([2, 1_000, 1_048_576, 1_048_577, 4_321_987, 268_435_456])(
    "of %i bytes leave only the last few for the request that waits",
    (size) => {
      const piece = pieceSize(size, true);
      const whole = Math.floor((size - 1) / piece);
      expect(piece).toBeLessThanOrEqual(1_048_576);
      expect(size - whole * piece).toBeGreaterThan(0);
      expect(size - whole * piece).toBeLessThanOrEqual(Math.max(whole, 1));
    },
  );

  it("are as large as they may be when nothing has to wait", () => {
    expect(pieceSize(4_321_987, false)).toBe(1_048_576);
    expect([pieceSize(0, true), pieceSize(1, true)]).toEqual([1, 1]);
  });
});

describe("the summary", () => {
  it("counts by state", () => {
    const records = [
      record(),
      record({ state: "sending" }),
      record({ state: "verified" }),
      record({ state: "refused" }),
    ];
    expect(summarize(records)).toEqual({ total: 4, waiting: 2, verified: 1, refused: 1 });
  });
});

describe("a capture's metadata", () => {
  it("leaves out what is not known and keeps why there is no position", () => {
    const metadata = metadataOf(record({ location_status: "refused" }));
    expect(metadata).not.toHaveProperty("width");
    expect(metadata).not.toHaveProperty("filename");
    expect(metadata).toMatchObject({ location: null, location_status: "refused", clock_offset_ms: -40 });
  });
});
