import { Location, LocationStatus, type Role } from "@nexbasira/core/contract/common.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { CaptureMetadata, MAX_UPLOAD_BYTES } from "@nexbasira/core/contract/evidence.ts";
import type { Request } from "express";
import { z } from "zod";
import { parse } from "../http/problem.ts";

/** With the last bytes of an upload that began before its position was known: the position, or why there is none. */
export const LOCATION_HEADER = "Nbx-Capture-Location";
const CaptureLocation = z.strictObject({ location: Location.nullable(), location_status: LocationStatus });

/** The times that an answer can show: the years 1 to 9999, in ms since 1970. */
const TIMES = { first: Date.parse("0001-01-01T00:00:00Z"), last: Date.parse("9999-12-31T23:59:59Z") };

/**
 * What a device says of the capture that it is about to upload (tus 1.0.0: `Upload-Length`, and the key `capture` of
 * `Upload-Metadata`), checked before a byte of it is taken. Throws `payload_too_large` and `validation_error`.
 */
export function readAnnouncedCapture(request: Request): CaptureMetadata {
  const length = Number(request.get("upload-length") ?? Number.NaN);
  if (length > MAX_UPLOAD_BYTES) {
    throw new AppError("payload_too_large", `A capture may have ${MAX_UPLOAD_BYTES} bytes at most.`);
  }
  const encoded = /(?:^|,)capture ([A-Za-z0-9+/]+={0,2})(?:,|$)/.exec(request.get("upload-metadata") ?? "")?.[1];
  const capture = readCapture(Buffer.from(encoded ?? "", "base64").toString("utf8"));
  if (length !== capture.size) {
    throw new AppError("validation_error", "size: is not the length of the upload", { param: "size" });
  }
  return capture;
}

export function readCapture(text: string): CaptureMetadata {
  const capture = parse(CaptureMetadata, readJson(text, "capture"));
  const time = capturedAt(capture).getTime();
  if (!(time >= TIMES.first && time <= TIMES.last)) {
    throw new AppError("validation_error", "clock_offset_ms: leads out of the calendar", { param: "clock_offset_ms" });
  }
  return capture;
}

/** The capture with the position that came after it, where this request has one. Throws `validation_error`. */
export function locateCapture(capture: CaptureMetadata, request: Request): CaptureMetadata {
  const text = request.get(LOCATION_HEADER);
  return text === undefined ? capture : { ...capture, ...parse(CaptureLocation, readJson(text, LOCATION_HEADER)) };
}

function readJson(text: string, param: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("validation_error", `${param}: must be JSON`, { param, cause: error });
  }
}

/**
 * What each role may send: frames of the stream come from the inspector, who receives it, and say for which snapshot
 * they stand in; the answer to a request is a snapshot of the participant. Throws `permission_denied` and
 * `validation_error`.
 */
export function checkCapture({ source, kind, request_id }: CaptureMetadata, role: Role): void {
  const isFrame = source === "stream";
  if (role !== (isFrame ? "inspector" : "participant") && (isFrame || request_id !== undefined)) {
    throw new AppError(
      "permission_denied",
      isFrame ? "Only the inspector's side has frames of the stream." : "Only the participant answers a request.",
    );
  }
  if (isFrame && !z.uuid().safeParse(request_id).success) {
    throw new AppError("validation_error", "request_id: a frame names the request it is for", { param: "request_id" });
  }
  if (kind !== "snapshot" && request_id !== undefined) {
    throw new AppError("validation_error", "request_id: is answered by a snapshot only", { param: "request_id" });
  }
}

/** When the server's clock would have said that it was captured, as well as the device knows. */
export function capturedAt(capture: Pick<CaptureMetadata, "device_time" | "clock_offset_ms">): Date {
  return new Date(Date.parse(capture.device_time) + (capture.clock_offset_ms ?? 0));
}
