import { AppError } from "@nexbasira/core/contract/errors.ts";
import { CaptureMetadata, MAX_UPLOAD_BYTES } from "@nexbasira/core/contract/evidence.ts";
import type { Request } from "express";
import { parse } from "../http/problem.ts";

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
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError("validation_error", "capture: must be JSON", { param: "capture", cause: error });
  }
  const capture = parse(CaptureMetadata, value);
  const time = capturedAt(capture).getTime();
  if (!(time >= TIMES.first && time <= TIMES.last)) {
    throw new AppError("validation_error", "clock_offset_ms: leads out of the calendar", { param: "clock_offset_ms" });
  }
  return capture;
}

/** When the server's clock would have said that it was captured, as well as the device knows. */
export function capturedAt(capture: Pick<CaptureMetadata, "device_time" | "clock_offset_ms">): Date {
  return new Date(Date.parse(capture.device_time) + (capture.clock_offset_ms ?? 0));
}
