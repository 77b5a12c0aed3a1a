import { createHash } from "node:crypto";
import { noteAccess } from "@nexbasira/core/actions/note-access.ts";
import { listWhiteboards } from "@nexbasira/core/database/whiteboards.ts";
import type { Response } from "express";
import type { ServerContext } from "../context.ts";
import type { Caller } from "../http/authenticate.ts";
import type { PublicHandlers } from "../http/handlers.ts";
import { ownSession } from "../http/own-session.ts";
import { drawBoard, drawBoardPng } from "./draw-board.ts";
import { type BoardRow, findOwnBoard } from "./own-board.ts";
import { toWhiteboard } from "./whiteboard-resource.ts";

type WhiteboardHandlers = PublicHandlers<
  "listWhiteboards" | "readWhiteboard" | "readWhiteboardSvg" | "readWhiteboardPng"
>;

/** `/whiteboards` of the public API: boards and annotations as they are, or were at a moment. */
export function whiteboardHandlers(context: Pick<ServerContext, "database" | "links" | "storage">): WhiteboardHandlers {
  const { database, links } = context;

  /** A board is drawn anew for whoever asks: its hash is that of this drawing. */
  async function noteView({ org_id, actor }: Caller, board: BoardRow, drawing: Uint8Array): Promise<void> {
    await noteAccess(database, {
      org_id,
      session_id: board.session_id,
      actor,
      action: "evidence.viewed",
      object: { type: "whiteboard", id: board.id },
      object_hash: createHash("sha256").update(drawing).digest("hex"),
    });
  }

  return {
    listWhiteboards: async ({ caller, query }) => {
      const session = await ownSession(database, caller, query.session_id);
      const boards = await listWhiteboards(database, session.id);
      return { data: boards.map((board) => toWhiteboard(board, links)), has_more: false, next_cursor: null };
    },

    readWhiteboard: async ({ caller, params }) => toWhiteboard(await findOwnBoard(database, caller, params.id), links),

    readWhiteboardSvg: async ({ caller, params, query, response }) => {
      const board = await findOwnBoard(database, caller, params.id);
      const svg = Buffer.from(await drawBoard(database, board, query.at));
      await noteView(caller, board, svg);
      send(response, "image/svg+xml", svg);
    },

    readWhiteboardPng: async ({ caller, params, query, response }) => {
      const board = await findOwnBoard(database, caller, params.id);
      const png = await drawBoardPng(context, board, query.at);
      await noteView(caller, board, png);
      send(response, "image/png", png);
    },
  };
}

/** What people draw must never run as a page of this origin. */
function send(response: Response, mediaType: string, bytes: Uint8Array): void {
  response.set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'");
  response.set("Cache-Control", "private, no-cache");
  response.type(mediaType).send(Buffer.from(bytes));
}
