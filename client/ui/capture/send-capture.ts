import { Problem } from "@nexbasira/core/contract/common.ts";
import { DetailedError, type HttpResponse, Upload } from "tus-js-client";
import { type CaptureRecord, metadataOf } from "./capture-record.ts";
import { type Outcome, outcomeOfFailure } from "./sending.ts";

const CHUNK_BYTES = 1024 * 1024;
/** The header by which the server says that the hash was right and which item it made. */
const ITEM_HEADER = "Nbx-Evidence-Item";

export interface SendCaptureOptions {
  record: CaptureRecord & { blob: Blob };
  accessToken: string;
  /** Called as soon as the upload has an address, so that it can go on after a reload. */
  onUrl: (url: string) => void;
  /** 0 to 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** Tries once to send a capture, from where an earlier try stopped. Never rejects: the outcome says what happened. */
export function sendCapture({ record, accessToken, onUrl, onProgress, signal }: SendCaptureOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    const upload = new Upload(record.blob, {
      endpoint: "/uploads",
      uploadUrl: record.upload_url,
      chunkSize: CHUNK_BYTES,
      headers: { Authorization: `Bearer ${accessToken}` },
      metadata: { capture: JSON.stringify(metadataOf(record)) },
      // Waiting and trying again are the queue's, which knows of the network and of reloads.
      retryDelays: null,
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: () => {
        if (upload.url !== null) onUrl(upload.url);
      },
      onProgress: (sent, total) => onProgress(total === 0 ? 1 : sent / total),
      onSuccess: ({ lastResponse }) => resolve(outcomeOfSuccess(lastResponse)),
      onError: (error) => resolve(outcomeOfError(error)),
    });
    signal.addEventListener("abort", () => {
      void upload.abort();
      resolve({ kind: "failed" });
    });
    upload.start();
  });
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
