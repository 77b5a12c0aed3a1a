import { AppError } from "@nexbasira/core/contract/errors.ts";
import { isMissingFile } from "@nexbasira/core/storage/is-missing-file.ts";
import { Router } from "express";
import type { ServerContext } from "../context.ts";
import { sendStored } from "./send-stored.ts";

/** `/files/{token}`: what a signed link leads to, with range requests (RFC 9110, section 14). */
export function fileRoutes({ links, storage, log }: Pick<ServerContext, "links" | "storage" | "log">): Router {
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
