import { AppError } from "@nexbasira/core/contract/errors.ts";
import { Router } from "express";
import type { ServerContext } from "../context.ts";

/** `/files/{token}`: what a signed link leads to, with range requests (RFC 9110, section 14). */
export function fileRoutes({ links, storage }: Pick<ServerContext, "links" | "storage">): Router {
  const router = Router();
  router.get("/files/:token", (request, response, next) => {
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
    if (claims.t === "application/pdf") {
      // Browsers show a PDF with a viewer of their own, which a sandbox keeps shut; pdf.js runs no code of the file.
      response.removeHeader("Content-Security-Policy");
      response.set("X-Frame-Options", "SAMEORIGIN");
    }
    response.sendFile(
      storage.path(claims.k),
      { acceptRanges: true, cacheControl: false, dotfiles: "allow" },
      (error) => {
        if (!error) return;
        if (response.headersSent) response.destroy();
        else
          next(
            "status" in error && error.status === 416
              ? error
              : new AppError("not_found", "The file is gone.", { cause: error }),
          );
      },
    );
  });
  return router;
}
