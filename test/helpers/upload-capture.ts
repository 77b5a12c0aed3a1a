import { createHash, randomUUID } from "node:crypto";
import type { CaptureMetadata } from "@nexbasira/core/contract/evidence.ts";

/** What a device says of these bytes; `change` says it otherwise. */
export function describeCapture(bytes: Uint8Array, change: Partial<CaptureMetadata> = {}): CaptureMetadata {
  return {
    capture_id: randomUUID(),
    kind: "document",
    sha256: createHash("sha256").update(bytes).digest("hex"),
    size: bytes.length,
    media_type: "application/octet-stream",
    source: "file",
    device_time: "2026-05-23T09:00:00.500Z",
    clock_offset_ms: 1500,
    device_order: 1,
    location: null,
    location_status: "unavailable",
    ...change,
  };
}

/** A device that uploads by tus 1.0.0, step by step, as `fetch` sees it. */
export class Uploader {
  readonly #origin: string;
  readonly #headers: Record<string, string>;

  constructor(origin: string, accessToken: string) {
    this.#origin = origin;
    this.#headers = { authorization: `Bearer ${accessToken}`, "tus-resumable": "1.0.0" };
  }

  /** Announces an upload: 201 with its `Location`, if it is taken. */
  create(capture: unknown, length: number): Promise<Response> {
    const metadata = `capture ${Buffer.from(JSON.stringify(capture)).toString("base64")}`;
    return fetch(`${this.#origin}/uploads`, {
      method: "POST",
      headers: { ...this.#headers, "upload-length": String(length), "upload-metadata": metadata },
    });
  }

  send(
    location: string,
    offset: number,
    body: Uint8Array<ArrayBuffer> | ReadableStream,
    extra: Record<string, string> = {},
  ): Promise<Response> {
    return fetch(`${this.#origin}${location}`, {
      method: "PATCH",
      headers: {
        ...this.#headers,
        "upload-offset": String(offset),
        "content-type": "application/offset+octet-stream",
        ...extra,
      },
      body,
      duplex: "half",
    } as RequestInit);
  }

  look(location: string): Promise<Response> {
    return fetch(`${this.#origin}${location}`, { method: "HEAD", headers: this.#headers });
  }

  /** All of it; the last answer: what it became in `Nbx-Evidence-Item`, or why not. */
  async upload(bytes: Uint8Array<ArrayBuffer>, change: Partial<CaptureMetadata> = {}): Promise<Response> {
    const created = await this.create(describeCapture(bytes, change), bytes.length);
    const location = created.headers.get("location");
    return created.status === 201 && location !== null && bytes.length > 0 ? this.send(location, 0, bytes) : created;
  }
}
