import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { findWhiteboard, listBoardOperations, listWhiteboards } from "@nexbasira/core/database/whiteboards.ts";
import { replayBoard } from "@nexbasira/core/shapes/board.ts";
import { drawSvg } from "@nexbasira/core/shapes/draw-svg.ts";
import type { Router } from "express";
import { z } from "zod";
import type { ServerContext } from "../context.ts";
import { requirePermission } from "../http/authenticate.ts";
import { callerRouter } from "../http/caller.ts";
import { ownSession } from "../http/own-session.ts";
import { parse } from "../http/problem.ts";

const ListQuery = z.strictObject({ session_id: z.string().max(64) });

/** `/whiteboards` of the public API: boards and annotations as they are now. */
export function whiteboardRoutes({ database, ...context }: ServerContext): Router {
  const router = callerRouter({ database, ...context });

  router.get("/whiteboards", async ({ request, response, caller }) => {
    requirePermission(caller, "whiteboards:read");
    const session = await ownSession(database, caller, parse(ListQuery, request.query).session_id);
    const boards = await listWhiteboards(database, session.id);
    const data = boards.map((board) => ({
      id: board.id,
      object: "whiteboard",
      session_id: board.session_id,
      kind: board.kind,
      evidence_item_id: board.item_id,
      width: board.width,
      height: board.height,
      created_at: toTimestamp(board.created_at),
      svg_url: `${context.links.publicUrl}/v1/whiteboards/${board.id}.svg`,
    }));
    response.json({ data, has_more: false, next_cursor: null });
  });

  router.get("/whiteboards/:id.svg", async ({ request, response, caller }) => {
    requirePermission(caller, "whiteboards:read");
    const board = await findWhiteboard(database, request.params.id ?? "");
    if (!board) throw new AppError("not_found", "There is no such whiteboard.");
    await ownSession(database, caller, board.session_id);
    const operations = await listBoardOperations(database, board.id);
    const entries = operations.map(({ author, at, operation }) => ({ author, at: at.toISOString(), operation }));
    const svg = drawSvg(replayBoard(entries), { width: board.width, height: board.height, title: board.kind });
    response.set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'");
    response.type("image/svg+xml").send(svg);
  });

  return router.express;
}
