import { AppError } from "@nexbasira/core/contract/errors.ts";
import { findEvidenceItem, listOrganizationItems } from "@nexbasira/core/database/evidence-items.ts";
import { findSessionRecording } from "@nexbasira/core/database/recordings.ts";
import { toEvidenceItem } from "@nexbasira/core/resources/evidence-item-resource.ts";
import { loadEvidenceFile } from "@nexbasira/core/resources/load-evidence-file.ts";
import { toRecording } from "@nexbasira/core/resources/recording-resource.ts";
import type { Router } from "express";
import { z } from "zod";
import type { ServerContext } from "../context.ts";
import { requirePermission } from "../http/authenticate.ts";
import { type CallerRequest, callerRouter } from "../http/caller.ts";
import { ownSession } from "../http/own-session.ts";
import { listAnswer, PageQuery, pageOf } from "../http/pagination.ts";
import { parse } from "../http/problem.ts";

const ListQuery = PageQuery.extend({ session_id: z.string().max(64).optional() });

/** `/evidence`, and a session's evidence file and recordings, of the public API. */
export function evidenceRoutes(context: ServerContext): Router {
  const { database, links } = context;
  const router = callerRouter(context);

  async function ownItem({ request, caller }: CallerRequest) {
    const item = await findEvidenceItem(database, request.params.id ?? "");
    if (!item || item.org_id !== caller.org_id) throw new AppError("not_found", "There is no such evidence item.");
    await ownSession(database, caller, item.session_id);
    return item;
  }

  router.get("/sessions/:id/evidence", async (call) => {
    requirePermission(call.caller, "evidence:read");
    call.response.json(
      await loadEvidenceFile(database, links, await ownSession(database, call.caller, call.request.params.id)),
    );
  });

  router.get("/sessions/:id/recordings", async (call) => {
    requirePermission(call.caller, "evidence:read");
    const recording = await findSessionRecording(
      database,
      (await ownSession(database, call.caller, call.request.params.id)).id,
    );
    call.response.json({ data: recording ? [toRecording(recording, links)] : [], has_more: false, next_cursor: null });
  });

  router.get("/evidence", async ({ request, response, caller }) => {
    requirePermission(caller, "evidence:read");
    const query = parse(ListQuery, request.query);
    const rows = await listOrganizationItems(database, {
      org_id: caller.org_id,
      ...(caller.mode ? { mode: caller.mode } : {}),
      session_id: query.session_id,
      after_id: query.cursor,
      limit: query.limit + 1,
    });
    const page = pageOf(rows, query.limit);
    const data = page.rows.map((row) => toEvidenceItem(row, links));
    response.json(listAnswer(page, data));
  });

  router.get("/evidence/:id", async (call) => {
    requirePermission(call.caller, "evidence:read");
    call.response.json(toEvidenceItem(await ownItem(call), links));
  });

  router.get("/evidence/:id/content", async (call) => {
    requirePermission(call.caller, "evidence:read");
    call.response.redirect(302, toEvidenceItem(await ownItem(call), links).content_url);
  });

  return router.express;
}
