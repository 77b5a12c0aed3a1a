import { contentsDeleted } from "@nexbasira/core/actions/note-access.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { findEvidenceItem } from "@nexbasira/core/database/evidence-items.ts";
import { listBoardOperations } from "@nexbasira/core/database/whiteboards.ts";
import { flattenAnnotation } from "@nexbasira/core/images/flatten-annotation.ts";
import { ImageProblem } from "@nexbasira/core/images/image-problem.ts";
import { renderSvg } from "@nexbasira/core/images/render-svg.ts";
import { boardAt, replayBoard } from "@nexbasira/core/shapes/board.ts";
import { drawSvg } from "@nexbasira/core/shapes/draw-svg.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import type { BoardRow } from "./own-board.ts";

/** The longer side of a board's picture, in pixels. */
const PNG_SIDE = 2048;

/** A board as SVG: as it is, or as it was at a moment. */
export async function drawBoard(database: Database, board: BoardRow, at: Date | undefined): Promise<string> {
  const operations = await listBoardOperations(database, board.id);
  const entries = operations.map((row) => ({
    author: row.author,
    at: row.at.toISOString(),
    operation: row.operation,
  }));
  const drawn = at ? boardAt(entries, at.toISOString()) : replayBoard(entries);
  return drawSvg(drawn, { width: board.width, height: board.height, title: board.kind });
}

/** The same as PNG, an annotation over its snapshot. Throws `unsupported_media` where the snapshot cannot be shown. */
export async function drawBoardPng(
  { database, storage }: { database: Database; storage: Storage },
  board: BoardRow,
  at: Date | undefined,
): Promise<Uint8Array> {
  const svg = await drawBoard(database, board, at);
  const item = board.item_id === null ? undefined : await findEvidenceItem(database, board.item_id);
  try {
    if (item) {
      const { storage_key } = item;
      if (storage_key === null) throw contentsDeleted(null);
      const flatten = (path: string) => flattenAnnotation(path, svg, PNG_SIDE, "png");
      return (await storage.withFile(storage_key, flatten)).bytes;
    }
    const scale = Math.min(1, PNG_SIDE / Math.max(board.width, board.height));
    return await renderSvg(svg, Math.round(board.width * scale), Math.round(board.height * scale));
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error;
    throw new AppError("unsupported_media", "The picture cannot be drawn.", { cause: error });
  }
}
