import { join } from "node:path";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { CaptureMetadata, MAX_UPLOAD_BYTES } from "@nexbasira/core/contract/evidence.ts";
import type { AccessClaims } from "@nexbasira/core/contract/join.ts";
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";
import { type RequestHandler, Router } from "express";
import type { ServerContext } from "../context.ts";
import { parse, toProblem } from "../http/problem.ts";
import { receiveUpload } from "./receive-upload.ts";

/** An upload that was begun and left is removed after a week: the phone keeps the original until it is verified. */
const ABANDONED_MS = 7 * 24 * 3600 * 1000;
const CLEAN_UP_MS = 3600 * 1000;

export interface UploadRoutes {
  router: Router;
  close(): void;
}

/** `/uploads`: resumable uploads (tus 1.0.0) of captures, by the access token of a join answer. */
export function uploadRoutes(context: ServerContext): UploadRoutes {
  const directory = join(context.configuration.dataDir, "uploads");
  const store = new FileStore({ directory, expirationPeriodInMilliseconds: ABANDONED_MS });
  const claimsOf = (authorization: string | null): AccessClaims => {
    const claims = context.links.access.open(authorization?.replace(/^Bearer /i, "") ?? "");
    if (!claims || claims.expires_at * 1000 < Date.now()) {
      throw new AppError("authentication_error", "The access token is missing, wrong or expired.");
    }
    if (claims.role === "observer") throw new AppError("permission_denied", "An observer adds no evidence.");
    return claims;
  };

  const tus = new Server({
    path: "/uploads",
    datastore: store,
    maxSize: MAX_UPLOAD_BYTES,
    relativeLocation: true,
    exposedHeaders: ["Nbx-Evidence-Item"],
    onIncomingRequest: async (request) => {
      claimsOf(request.headers.get("authorization"));
    },
    onUploadCreate: async (request, upload) => {
      const claims = claimsOf(request.headers.get("authorization"));
      const capture = readCapture(upload.metadata?.capture);
      if (upload.size !== capture.size) {
        throw new AppError("validation_error", "size: is not the length of the upload", { param: "size" });
      }
      return { metadata: { capture: JSON.stringify(capture), participant_id: claims.participant_id } };
    },
    onUploadFinish: async (request, upload) => {
      const claims = claimsOf(request.headers.get("authorization"));
      if (upload.metadata?.participant_id !== claims.participant_id) {
        throw new AppError("permission_denied", "This upload was begun by somebody else.");
      }
      const capture = readCapture(upload.metadata.capture);
      const item = await receiveUpload(context, claims, capture, join(directory, upload.id));
      await store.remove(upload.id).catch((error: unknown) => {
        // The bytes were moved into the storage; only the upload's own notes are left, or not even those.
        context.log.debug({ err: error, upload_id: upload.id }, "nothing left to remove of the upload");
      });
      return { headers: { "Nbx-Evidence-Item": item.id } };
    },
    onResponseError: (request, error) => {
      if (!(error instanceof AppError)) {
        if (error instanceof Error) context.log.error({ err: error, path: request.url }, "upload failed");
        return undefined;
      }
      return { status_code: error.status, body: JSON.stringify(toProblem(error, "upload")) };
    },
  });

  const cleaning = setInterval(() => {
    store
      .deleteExpired()
      .catch((error: unknown) => context.log.warn({ err: error }, "uploads could not be cleaned up"));
  }, CLEAN_UP_MS);
  cleaning.unref();

  const router = Router();
  const handle: RequestHandler = (request, response) => tus.handle(request, response);
  router.all("/uploads", handle);
  router.all("/uploads/*rest", handle);
  return { router, close: () => clearInterval(cleaning) };
}

function readCapture(text: string | null | undefined): CaptureMetadata {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch (error) {
    throw new AppError("validation_error", "capture: must be JSON", { param: "capture", cause: error });
  }
  return parse(CaptureMetadata, value);
}
