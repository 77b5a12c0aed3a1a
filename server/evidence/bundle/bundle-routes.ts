import { Writable } from "node:stream";
import { type Actor, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import { type Response, Router } from "express";
import type { ServerContext } from "../../context.ts";
import { type Bundle, loadBundle } from "./load-bundle.ts";
import { DamagedFile, writeBundle } from "./write-bundle.ts";

type BundleContext = Pick<ServerContext, "database" | "links" | "storage" | "log">;

/** `/bundles/{token}`: what a signed link to an evidence bundle leads to. */
export function bundleRoutes(context: BundleContext): Router {
  const { database, links, storage, log } = context;
  /** Stored files that were found to be not what they were, by their keys: the next bundle leaves them out and says so. */
  const damaged = new Set<string>();
  const router = Router();
  router.get("/bundles/:token", async (request, response) => {
    const claims = links.readBundleToken(request.params.token);
    const session = claims && (await findSession(database, claims.s));
    if (!session) throw new AppError("not_found", "This link is wrong or its hour is over. Read the resource again.");
    const place = { database, storage, publicUrl: links.publicUrl };
    const bundle = await loadBundle(place, session, (key) => damaged.has(key));
    response.set({ "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff" });
    response.attachment(`${session.reference}.zip`);
    // A HEAD gives nothing out.
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    await noteDownload(database, session, claims.h, bundle);
    try {
      await send(context, bundle, response);
    } catch (error) {
      if (error instanceof DamagedFile) damaged.add(error.key);
      // Whoever broke the download off hears nothing; whoever waits hears that not all has come.
      if (!response.destroyed) log.error({ err: error, path: "/bundles" }, "a bundle could not be sent to its end");
      response.destroy();
    }
  });
  return router;
}

/** Resolves when all was sent; rejects when the other side goes away, and reads no further. */
async function send({ storage }: BundleContext, bundle: Bundle, response: Response): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  await writeBundle({ ...bundle, at: new Date() }, storage, Writable.toWeb(response), gone.signal);
}

/** Before the first byte: nobody gets what is not noted. */
async function noteDownload(database: Database, session: SessionRow, actor: Actor, bundle: Bundle): Promise<void> {
  await inTransaction(database, (transaction) =>
    appendAuditEntry(transaction, session.org_id, {
      actor,
      action: "evidence.bundle_downloaded",
      session_id: session.id,
      object: { type: "evidence_bundle", id: session.id },
      object_hash: bundle.documentSha256,
      details: { files: bundle.stored.length, absent: bundle.absent },
    }),
  );
}
