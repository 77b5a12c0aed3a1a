import type { RoomState } from "@nexbasira/core/contract/signalling.ts";
import { describe, expect, it } from "vitest";
import type { AnyNotice } from "./room-messages.ts";
import { applyNotice, type RoomView, viewOf } from "./room-state.ts";

const marie = { participant_id: "p_marie", role: "participant" as const, name: "Marie", entered_at: 1_000 };
const jan = { participant_id: "p_jan", role: "inspector" as const, name: "Jan", entered_at: 2_000 };
const camera = {
  producer_id: "cam",
  participant_id: "p_jan",
  kind: "video" as const,
  source: "camera" as const,
  paused: false,
};
const sha256 = "a".repeat(64);
const announced = {
  capture_id: "3f9a3a1e-6a53-4a3c-9a43-1d3a54a6a6f1",
  participant_id: "p_marie",
  kind: "snapshot" as const,
  sha256,
  size: 10,
  announced_at: 3_000,
  request_id: "3f9a3a1e-6a53-4a3c-9a43-1d3a54a6a6f1",
};
const item = {
  id: "ev_1",
  object: "evidence_item" as const,
  session_id: "ses_1",
  kind: "snapshot" as const,
  sha256,
  size: 10,
  media_type: "image/jpeg",
  width: null,
  height: null,
  duration_ms: null,
  title: null,
  filename: null,
  source: "photo" as const,
  captured_at: "2026-05-23T11:42:15Z",
  received_at: "2026-05-23T11:42:16Z",
  device_time: null,
  clock_offset_ms: null,
  device_order: 1,
  location: null,
  location_status: null,
  captured_by: { participant_id: "p_marie", name: "Marie", role: "participant" as const },
  derived_from: null,
  provisional: false,
  request_id: "3b241101-e2bb-4255-8caf-4136c566a962",
  superseded_by: null,
  whiteboard_id: null,
  problem: null,
  deleted_at: null,
  content_url: "/x",
  preview_url: null,
  thumbnail_url: null,
};
const device = {
  battery: { level: 0.64, charging: false },
  network: { type: "wifi" as const, round_trip_ms: 40, loss: 0, available_bitrate: 2_000_000 },
  sending: null,
  camera: null,
  visible: true,
  waiting_captures: 0,
};
const operation = (sequence: number) => ({
  sequence,
  author: "p_jan",
  at: `2026-05-23T11:42:15.00${sequence}Z`,
  operation: { op: "undo" as const },
});

function entered(): RoomView {
  const state: RoomState = {
    self: marie,
    session: { id: "ses_1", reference: "INS-1", status: "active", signature_level: "ses" },
    router_rtp_capabilities: {},
    ice_servers: [],
    people: [marie],
    producers: [],
    scores: {},
    simulcast: false,
    devices: [],
    boards: [{ board_id: "b1", kind: "live", item_id: null, width: 16, height: 9, operations: [] }],
    shown_board_id: null,
    announced: [],
    items: [],
    clips: [],
    chat: [],
    recording: { state: "off", started_at: null },
    signature: { requested: false, submitted: false },
    server_time_ms: 1_000,
  };
  return viewOf(state);
}

const after = (...notices: AnyNotice[]): RoomView => notices.reduce(applyNotice, entered());

describe("the room as a page knows it", () => {
  it("lists a person once, however often their entering is told", () => {
    const view = after({ name: "person.entered", payload: jan }, { name: "person.entered", payload: jan });
    expect(view.people).toEqual([marie, jan]);
  });

  it("takes a person's producers away with them", () => {
    const view = after(
      { name: "person.entered", payload: jan },
      { name: "producer.added", payload: camera },
      { name: "person.left", payload: { participant_id: "p_jan", reason: "left" } },
    );
    expect(view.people).toEqual([marie]);
    expect(view.producers).toEqual([]);
  });

  it("knows who went silent until they are heard of again", () => {
    const silent: AnyNotice = { name: "person.unreachable", payload: { participant_id: "p_jan", unreachable: true } };
    expect(after(silent, silent).unreachable).toEqual(["p_jan"]);
    expect(after(silent, { name: "person.entered", payload: jan }).unreachable).toEqual([]);
    expect(after(silent, { ...silent, payload: { ...silent.payload, unreachable: false } }).unreachable).toEqual([]);
  });

  it("keeps a producer's place when it is muted", () => {
    const view = after(
      { name: "producer.added", payload: camera },
      { name: "producer.changed", payload: { ...camera, paused: true } },
    );
    expect(view.producers).toEqual([{ ...camera, paused: true }]);
  });

  it("knows a device by what it last said, until its person leaves", () => {
    const said: AnyNotice = { name: "device.reported", payload: { participant_id: "p_jan", state: device } };
    const again = { participant_id: "p_jan", state: { ...device, waiting_captures: 2 } };
    expect(after(said, { ...said, payload: again }).devices).toEqual([again]);
    expect(after(said, { name: "person.left", payload: { participant_id: "p_jan", reason: "left" } }).devices).toEqual(
      [],
    );
  });

  it("knows a clip until it is an item, and one that failed for good", () => {
    const clip = { clip_id: "clip_1", participant_id: "p_jan", from_ms: 1, to_ms: 2, item_id: null };
    const cutting: AnyNotice = { name: "clip.changed", payload: { ...clip, state: "cutting" } };
    expect(after(cutting, cutting).clips).toEqual([cutting.payload]);
    expect(
      after(cutting, { name: "clip.changed", payload: { ...clip, state: "ready", item_id: "evd_1" } }).clips,
    ).toEqual([]);
    const failed = { ...clip, state: "failed" as const };
    expect(after(cutting, { name: "clip.changed", payload: failed }).clips).toEqual([failed]);
  });

  it("turns an announced capture into an item when its original has come", () => {
    const view = after({ name: "capture.announced", payload: announced }, { name: "evidence.added", payload: item });
    expect(view.announced).toEqual([]);
    expect(view.items).toEqual([item]);
  });

  it("leaves somebody else's announced capture of the same bytes waiting", () => {
    const other = { ...announced, participant_id: "p_jan" };
    const view = after({ name: "capture.announced", payload: other }, { name: "evidence.added", payload: item });
    expect(view.announced).toEqual([other]);
  });

  it("applies a board's operations once and in order, also when some come twice", () => {
    const view = after(
      { name: "board.operated", payload: { board_id: "b1", operations: [operation(1), operation(2)] } },
      { name: "board.operated", payload: { board_id: "b1", operations: [operation(2), operation(3)] } },
    );
    expect(view.boards[0]?.operations.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  it("keeps a board that did not change the same object, so that it is not drawn again", () => {
    const view = after({ name: "board.operated", payload: { board_id: "b1", operations: [operation(1)] } });
    const again = applyNotice(view, {
      name: "board.operated",
      payload: { board_id: "b1", operations: [operation(1)] },
    });
    expect(again.boards[0]).toBe(view.boards[0]);
  });

  it("remembers how the session ended", () => {
    expect(after({ name: "session.ended", payload: { status: "expired" } }).session.status).toBe("expired");
  });
});
