import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { AccessClaims } from "@nexbasira/core/contract/join.ts";
import { listItemsOfRequest } from "@nexbasira/core/database/evidence-items.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { Server, Upload } from "@tus/server";
import { type Request, type Response, Router } from "express";
import type { ServerContext } from "../context.ts";
import { toAppError, toProblem } from "../http/problem.ts";
import { checkCapture, LOCATION_HEADER, locateCapture, readAnnouncedCapture, readCapture } from "./read-capture.ts";
import { receiveUpload } from "./receive-upload.ts";
import { removeAbandoned } from "./remove-abandoned.ts";
import { openUploadFiles } from "./upload-files.ts";

/** What is left of an upload goes after a week: the phone keeps the original until it is verified. */
const ABANDONED_MS = 7 * 24 * 3600 * 1000;
const CLEAN_UP_MS = 3600 * 1000;
/** How long uploads may still run when the process stops; they go on from there with the next one. */
const STOP_GRACE_MS = 5_000;
const ITEM_HEADER = "Nbx-Evidence-Item";

interface FinishAnswer {
  status_code?: number;
  headers: Record<string, string>;
  body?: string;
}

export interface UploadRoutes {
  router: Router;
  close(): void;
}

/**
 * `/uploads`: resumable uploads (tus 1.0.0) of captures, by the access token of a join answer. The last answer names
 * the item in `Nbx-Evidence-Item`: only then was the hash verified. Should it be lost, HEAD says the same for a week.
 * An upload may begin before the device knows where it is: then a PATCH, the last one at latest, says so in
 * `Nbx-Capture-Location`.
 */
export function uploadRoutes(context: ServerContext): UploadRoutes {
  const { database, links, log } = context;
  const files = openUploadFiles(context.configuration.dataDir, context.storage);
  const { directory, store } = files;
  const notes = store.configstore;
  const finishing = new Map<string, Promise<string>>();
  const running = new Set<Request>();

  function claimsOf(authorization: string | null | undefined): AccessClaims {
    const claims = links.access.open(authorization?.replace(/^Bearer /i, "") ?? "");
    if (!claims || claims.expires_at * 1000 < Date.now()) {
      throw new AppError("authentication_error", "The access token is missing, wrong or expired.");
    }
    if (claims.role === "observer") throw new AppError("permission_denied", "An observer adds no evidence.");
    return claims;
  }

  /** The upload that a request is about; only who began it may go on with it. */
  async function ownUpload(request: Request<{ id: string }>): Promise<Upload> {
    const claims = claimsOf(request.get("authorization"));
    const upload = /^[0-9a-f]{32}$/.test(request.params.id) ? await notes.get(request.params.id) : undefined;
    if (!upload) throw new AppError("not_found", "There is no such upload.");
    if (upload.metadata?.participant_id !== claims.participant_id) {
      throw new AppError("permission_denied", "This upload was begun by somebody else.");
    }
    return upload;
  }

  /** Makes all bytes of an upload an item, once, however many requests ask for it; the item's id. */
  function finish(upload: Upload, claims: AccessClaims): Promise<string> {
    const begun = finishing.get(upload.id);
    if (begun) return begun;
    const finished = receive(upload, claims).finally(() => finishing.delete(upload.id));
    finishing.set(upload.id, finished);
    return finished;
  }

  async function receive(upload: Upload, claims: AccessClaims): Promise<string> {
    const capture = readCapture(upload.metadata?.capture ?? "");
    const received = files.withContent(upload.id, (path) => receiveUpload(context, claims, capture, path));
    const item = await received.catch(async (error) => {
      // What was sent is gone and is to be sent anew: the upload is, too.
      if (error instanceof AppError && error.code === "hash_mismatch") await notes.delete(upload.id);
      throw error;
    });
    const metadata = { ...upload.metadata, item_id: item.id };
    await notes.set(upload.id, new Upload({ id: upload.id, size: capture.size, offset: capture.size, metadata }));
    return item.id;
  }

  const tus = new Server({
    path: "/uploads",
    datastore: store,
    relativeLocation: true,
    exposedHeaders: [ITEM_HEADER],
    onUploadCreate: async (request, upload) => {
      const { participant_id } = claimsOf(request.headers.get("authorization"));
      return { metadata: { capture: upload.metadata?.capture ?? null, participant_id } };
    },
    onUploadFinish: async (request, upload): Promise<FinishAnswer> => {
      try {
        const item = await finish(upload, claimsOf(request.headers.get("authorization")));
        return { headers: { [ITEM_HEADER]: item } };
      } catch (error) {
        const known = toAppError(error);
        if (known.status >= 500) log.error({ err: known.cause ?? known, upload_id: upload.id }, "upload failed");
        const problem = toProblem(known, String(request.runtime?.node?.res?.getHeader("x-request-id")));
        return {
          status_code: known.status,
          headers: { "Content-Type": "application/problem+json" },
          body: JSON.stringify(problem),
        };
      }
    },
    onResponseError: (request, error) => {
      // Its own refusals are said in the protocol's words; anything else could tell where files are.
      if (!(error instanceof Error)) return undefined;
      log.error({ err: error, path: new URL(request.url).pathname }, "upload failed");
      return { status_code: 500, body: "The upload failed. Try again.\n" };
    },
  });

  async function handle(request: Request, response: Response): Promise<void> {
    running.add(request);
    await tus.handle(request, response).finally(() => running.delete(request));
  }

  const router = Router();
  router.options(["/uploads", "/uploads/:id"], handle);
  router.post("/uploads", async (request, response) => {
    const claims = claimsOf(request.get("authorization"));
    const capture = readAnnouncedCapture(request);
    checkCapture(capture, claims.role);
    const requested = capture.request_id === undefined ? [] : await listItemsOfRequest(database, capture.request_id);
    if (requested.some((item) => item.session_id !== claims.session_id)) {
      throw new AppError("validation_error", "request_id: is that of another session", { param: "request_id" });
    }
    const session = await findSession(database, claims.session_id);
    if (session?.status === "cancelled" || session?.status === "expired") {
      throw new AppError("gone", `The session is ${session.status}: it takes no evidence.`);
    }
    await handle(request, response);
  });
  router.head("/uploads/:id", async (request, response) => {
    const upload = await ownUpload(request);
    const item = upload.metadata?.item_id ?? (await finishLost(upload, request));
    if (!item) return handle(request, response);
    const size = String(upload.size);
    response.set({ "Tus-Resumable": "1.0.0", "Cache-Control": "no-store", [ITEM_HEADER]: item });
    response.set({ "Upload-Offset": size, "Upload-Length": size }).end();
  });
  router.patch("/uploads/:id", async (request, response) => {
    const upload = await ownUpload(request);
    // Before the bytes, which may be the last ones: what they become says where it was captured.
    if (request.get(LOCATION_HEADER) !== undefined && upload.metadata?.item_id === undefined) {
      const capture = locateCapture(readCapture(upload.metadata?.capture ?? ""), request);
      const metadata = { ...upload.metadata, capture: JSON.stringify(capture) };
      await notes.set(upload.id, new Upload({ id: upload.id, size: capture.size, offset: upload.offset, metadata }));
    }
    await handle(request, response);
  });
  router.delete("/uploads/:id", async (request, response) => {
    await ownUpload(request);
    await handle(request, response);
  });

  /** All bytes came, but the process ended, or the database was away, before they were an item. */
  async function finishLost(upload: Upload, request: Request): Promise<string | null | undefined> {
    const begun = finishing.get(upload.id);
    if (begun) return begun;
    const arrived = await files.arrived(upload.id);
    // Another request may just have made it an item and moved the bytes.
    if (arrived === undefined) return (await notes.get(upload.id))?.metadata?.item_id;
    return arrived === upload.size ? finish(upload, claimsOf(request.get("authorization"))) : undefined;
  }

  const cleaning = setInterval(() => {
    removeAbandoned(directory, ABANDONED_MS).catch((error: unknown) => {
      log.warn({ err: error }, "uploads could not be cleaned up");
    });
  }, CLEAN_UP_MS);
  cleaning.unref();

  return {
    router,
    close: () => {
      clearInterval(cleaning);
      setTimeout(() => {
        for (const request of running) request.destroy();
      }, STOP_GRACE_MS).unref();
    },
  };
}
