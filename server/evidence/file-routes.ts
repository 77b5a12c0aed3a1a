import { contentsDeleted, noteAccess } from "@nexbasira/core/actions/note-access.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { findDeletion } from "@nexbasira/core/database/retention.ts";
import type { FileClaims } from "@nexbasira/core/secrets/links.ts";
import { isMissingFile } from "@nexbasira/core/storage/is-missing-file.ts";
import { type Request, Router } from "express";
import type { ServerContext } from "../context.ts";
import { sendStored } from "./send-stored.ts";

/** `/files/{token}`: what a signed link leads to, with range requests (RFC 9110, section 14). */
export function fileRoutes({
  database,
  links,
  storage,
  log,
}: Pick<ServerContext, "database" | "links" | "storage" | "log">): Router {
  const router = Router();
  router.get("/files/:token", async (request, response) => {
    const claims = links.readFileToken(request.params.token);
    if (!claims) throw new AppError("not_found", "This link is wrong or its hour is over. Read the resource again.");
    response.set({
      "Content-Type": claims.t,
      "Cache-Control": "private, max-age=900, immutable",
      // What a participant uploads must never run as a page of this origin, whatever it holds.
      "Content-Security-Policy":
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'",
      "X-Content-Type-Options": "nosniff",
    });
    if (claims.n !== undefined) response.attachment(claims.n).set("Content-Type", claims.t);
    if (claims.i === 1) {
      // Our own evidence file only: browsers show a PDF by a viewer of their own, which a sandbox would keep shut.
      const disposition = response.get("Content-Disposition") ?? "attachment";
      response.set("Content-Disposition", disposition.replace(/^attachment/, "inline"));
      response.removeHeader("Content-Security-Policy");
    }
    const content = await storage.open(claims.k).catch((error: unknown) => {
      if (isMissingFile(error)) throw new AppError("not_found", "The file is gone.", { cause: error });
      throw error;
    });
    try {
      // Before the first byte, while the file is open already; a HEAD gives nothing out.
      if (request.method === "GET") await noteUse(database, request, claims);
      await sendStored(request, response, content, claims.k.slice(3));
    } catch (error) {
      // Whoever broke the download off hears nothing; whoever waits hears that not all has come.
      if (!response.headersSent) throw error;
      if (!response.destroyed) log.error({ err: error, path: "/files" }, "a file could not be sent to its end");
      response.destroy();
    } finally {
      await content.close();
    }
  });
  return router;
}

/**
 * Puts the use of a link into the audit log, under whom it was made for. A small picture's is not.
 *
 * @throws {AppError} `evidence_deleted` where the session's contents are deleted: the file may be there for a while.
 */
async function noteUse(database: Database, request: Request, claims: FileClaims): Promise<void> {
  const { o: object, h: holder, s: session } = claims;
  const deleted_at = session === undefined ? undefined : await findDeletion(database, session);
  if (deleted_at) throw contentsDeleted(toTimestamp(deleted_at));
  if (object === undefined || holder === undefined) return;
  const given_hash = claims.k.slice(3);
  const ofFile = object.type === "evidence_file" || object.type === "evidence_bundle";
  await noteAccess(database, {
    org_id: object.org_id,
    session_id: object.session_id,
    actor: holder,
    action: `${ofFile ? "evidence_file" : "evidence"}.${isShown(request) ? "viewed" : "downloaded"}`,
    object: { type: object.type, id: object.id },
    object_hash: object.sha256 ?? given_hash,
    given_hash,
  });
}

/** What a page shows or plays, or reads to show it, browsers ask for so (Fetch Metadata, section 2.1). */
const SHOWN: ReadonlySet<string> = new Set(["image", "video", "audio", "iframe", "embed", "object"]);

/**
 * Whether the file is asked for to be shown in a page, as far as the browser says. Everything else is a download: what a
 * program asks for, and what is asked for to be saved.
 */
function isShown(request: Request): boolean {
  const destination = request.get("sec-fetch-dest");
  if (destination === undefined) return false;
  return SHOWN.has(destination) || (destination === "empty" && request.get("sec-fetch-mode") === "cors");
}
