import { AppError } from "@nexbasira/core/contract/errors.ts";
import { Router } from "express";
import { z } from "zod";
import type { ServerContext } from "../context.ts";

/** How Express says that a range lies outside the file; the header tells its size (RFC 9110, section 15.5.17). */
const UnsatisfiableRange = z.object({ status: z.literal(416), headers: z.object({ "Content-Range": z.string() }) });

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
    if (claims.i === 1) {
      // Our own evidence file only: browsers show a PDF by a viewer of their own, which a sandbox would keep shut.
      const disposition = response.get("Content-Disposition") ?? "attachment";
      response.set("Content-Disposition", disposition.replace(/^attachment/, "inline"));
      response.removeHeader("Content-Security-Policy");
    }
    response.sendFile(
      storage.path(claims.k),
      { acceptRanges: true, cacheControl: false, dotfiles: "allow" },
      (error) => {
        if (!error) return;
        const range = UnsatisfiableRange.safeParse(error);
        if (response.headersSent) response.destroy();
        else if (range.success) response.status(416).set(range.data.headers).end();
        else next(new AppError("not_found", "The file is gone.", { cause: error }));
      },
    );
  });
  return router;
}
