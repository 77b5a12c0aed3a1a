import type { Location, LocationStatus } from "@nexbasira/core/contract/common.ts";
import type { CaptureMetadata, CaptureSource } from "@nexbasira/core/contract/evidence.ts";

/**
 * `saved`: safe on this device, to be sent. `sending`: on its way. `verified`: the server has it and its hash is right.
 * `refused`: the server will not take it; it stays on this device.
 */
type CaptureState = "saved" | "sending" | "verified" | "refused";

/** A capture as this device keeps it. */
export interface CaptureRecord {
  capture_id: string;
  /** Whose it is: two people may use one browser. */
  participant_id: string;
  kind: "snapshot" | "document";
  source: CaptureSource;
  state: CaptureState;
  /** The bytes; null once the server has verified them, so that the phone does not fill up. */
  blob: Blob | null;
  sha256: string;
  size: number;
  media_type: string;
  filename: string | null;
  /** Pixels; null where they were not known without decoding the picture. */
  width: number | null;
  height: number | null;
  /** Small picture for the list, if there is one. */
  thumbnail: Blob | null;
  /** ISO 8601 with milliseconds, by this device's clock. */
  device_time: string;
  clock_offset_ms: number | null;
  device_order: number;
  location: Location | null;
  location_status: LocationStatus;
  request_id: string | null;
  /** Where the upload goes on after an interruption. */
  upload_url: string | null;
  /** How many tries have failed since the last success. */
  failures: number;
  /** Why the server refused it, as its problem code. */
  refusal: string | null;
  /** Set once the server has made it an evidence item. */
  item_id: string | null;
}

/** What is sent with the bytes. */
export function metadataOf(record: CaptureRecord): CaptureMetadata {
  return {
    capture_id: record.capture_id,
    kind: record.kind,
    sha256: record.sha256,
    size: record.size,
    media_type: record.media_type,
    source: record.source,
    device_time: record.device_time,
    clock_offset_ms: record.clock_offset_ms,
    device_order: record.device_order,
    location: record.location,
    location_status: record.location_status,
    ...(record.filename === null ? {} : { filename: record.filename }),
    ...(record.width === null ? {} : { width: record.width }),
    ...(record.height === null ? {} : { height: record.height }),
    ...(record.request_id === null ? {} : { request_id: record.request_id }),
  };
}
