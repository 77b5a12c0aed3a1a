import { Problem } from "@nexbasira/core/contract/common.ts";
import { DetailedError, type HttpRequest, type HttpResponse, Upload } from "tus-js-client";
import { type CaptureRecord, metadataOf } from "./capture-record.ts";
import type { PositionReading } from "./read-position.ts";
import { type Outcome, outcomeOfFailure, pieceSize } from "./sending.ts";

/** The header by which the server says that the hash was right and which item it made. */
const ITEM_HEADER = "Nbx-Evidence-Item";
/** The header by which the last bytes bring a position that was not known when the upload began. */
const LOCATION_HEADER = "Nbx-Capture-Location";
/** A connection that lets nothing through for so long is gone, whatever the browser thinks of it. */
const SILENCE_MS = 30_000;

export interface SendCaptureOptions {
  record: CaptureRecord & { blob: Blob };
  /** Its position, while that is still being read: only the last bytes wait for it. Must not reject. */
  position: Promise<PositionReading> | null;
  accessToken: string;
  /** Called as soon as the upload has an address, so that it can go on after a reload. */
  onUrl: (url: string) => void;
  /** 0 to 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** Tries once to send a capture, from where an earlier try stopped. Never rejects: the outcome says what happened. */
export function sendCapture(options: SendCaptureOptions): Promise<Outcome> {
  const { record, position, accessToken, onUrl, onProgress, signal } = options;
  const { size } = record;
  const chunkSize = pieceSize(size, position !== null);
  // An upload that an earlier try began did not know the position: it may be known by now.
  const bringsPosition = position !== null || record.upload_url !== null;
  return new Promise((resolve) => {
    const silence = watchSilence(() => giveUp());
    const settle = (outcome: Outcome): void => {
      silence.end();
      resolve(outcome);
    };
    const upload = new Upload(record.blob, {
      endpoint: "/uploads",
      uploadUrl: record.upload_url,
      chunkSize,
      headers: { Authorization: `Bearer ${accessToken}` },
      metadata: { capture: JSON.stringify(metadataOf(record)) },
      // Waiting and trying again are the queue's, which knows of the network and of reloads.
      retryDelays: null,
      storeFingerprintForResuming: false,
      onBeforeRequest: async (request) => {
        if (bringsPosition && isLast(request, size, chunkSize)) {
          const { location, location_status } = (await position) ?? record;
          request.setHeader(LOCATION_HEADER, JSON.stringify({ location, location_status }));
        }
        // It was given up meanwhile, which the client heeds in answers only.
        signal.throwIfAborted();
        silence.broken();
      },
      onAfterResponse: () => silence.broken(),
      onUploadUrlAvailable: () => {
        if (upload.url !== null) onUrl(upload.url);
      },
      onProgress: (sent, total) => {
        silence.broken();
        onProgress(total === 0 ? 1 : sent / total);
      },
      onSuccess: ({ lastResponse }) => settle(outcomeOfSuccess(lastResponse)),
      onError: (error) => settle(outcomeOfError(error)),
    });
    function giveUp(): void {
      void upload.abort();
      settle({ kind: "failed" });
    }
    signal.addEventListener("abort", giveUp);
    upload.start();
  });
}

/** Calls `onSilence` when it was not broken for 30 s. */
function watchSilence(onSilence: () => void): { broken: () => void; end: () => void } {
  let timer = setTimeout(onSilence, SILENCE_MS);
  const end = (): void => clearTimeout(timer);
  const broken = (): void => {
    end();
    timer = setTimeout(onSilence, SILENCE_MS);
  };
  return { broken, end };
}

/** Whether a request brings an upload's last bytes (tus 1.0.0: `PATCH` with `Upload-Offset`). */
function isLast(request: HttpRequest, size: number, chunkSize: number): boolean {
  return request.getMethod() === "PATCH" && Number(request.getHeader("Upload-Offset")) + chunkSize >= size;
}

/**
 * Only the header tells that the hash was verified. All bytes may be there without it, when the last answer was lost:
 * then they are sent anew, and the server answers with the item that they already are.
 */
function outcomeOfSuccess(response: HttpResponse): Outcome {
  const item = response.getHeader(ITEM_HEADER);
  return item === undefined || item === null ? { kind: "damaged" } : { kind: "verified", item_id: item };
}

function outcomeOfError(error: Error | DetailedError): Outcome {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  return response === null ? { kind: "failed" } : outcomeOfFailure(response.getStatus(), codeOf(response));
}

function codeOf(response: HttpResponse): string | null {
  try {
    const problem = Problem.safeParse(JSON.parse(response.getBody()));
    return problem.success ? problem.data.code : null;
  } catch {
    // Not JSON: a proxy's page, or nothing. The status alone has to say it.
    return null;
  }
}
