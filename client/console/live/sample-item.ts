import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";

export const REQUEST = "3b241101-e2bb-4255-8caf-4136c566a962";

/** A photo as the server tells of it, for tests. */
export function item(more: Partial<EvidenceItem> = {}): EvidenceItem {
  return {
    id: "evd_1",
    object: "evidence_item",
    session_id: "sess_1",
    kind: "snapshot",
    sha256: "a".repeat(64),
    size: 1000,
    media_type: "image/jpeg",
    width: 4000,
    height: 3000,
    duration_ms: null,
    title: null,
    filename: null,
    source: "photo",
    captured_at: "2026-05-23T11:42:10Z",
    received_at: "2026-05-23T11:42:12Z",
    device_time: null,
    clock_offset_ms: null,
    device_order: 1,
    location: null,
    location_status: "refused",
    captured_by: { participant_id: "part_1", name: "Marie L.", role: "participant" },
    derived_from: null,
    provisional: false,
    request_id: REQUEST,
    superseded_by: null,
    whiteboard_id: null,
    problem: null,
    deleted_at: null,
    content_url: "/files/1",
    preview_url: null,
    thumbnail_url: null,
    ...more,
  };
}
