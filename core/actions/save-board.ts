import { createHash } from "node:crypto";
import type { Selectable } from "kysely";
import type { Database } from "../database/database.ts";
import { findEvidenceItem } from "../database/evidence-items.ts";
import type { Schema } from "../database/schema.ts";
import { listBoardOperations } from "../database/whiteboards.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import type { EvidenceItemRow } from "../resources/evidence-item-resource.ts";
import type { Links } from "../secrets/links.ts";
import { replayBoard } from "../shapes/board.ts";
import { drawSvg } from "../shapes/draw-svg.ts";
import type { Storage } from "../storage/storage.ts";
import { addEvidence } from "./add-evidence.ts";

/**
 * Makes a board as it is now an evidence item: the SVG that `core/shapes` draws, naming the hash of the photo below it
 * where it annotates one. The same state of a board is one item, however often it is saved. Undefined for an empty board.
 */
export async function saveBoard(
  context: { database: Database; jobs: JobQueue; links: Links; storage: Storage },
  board: Selectable<Schema["whiteboards"]>,
  savedBy: string = board.created_by,
): Promise<EvidenceItemRow | undefined> {
  const operations = await listBoardOperations(context.database, board.id);
  const last = operations.at(-1);
  const drawn = replayBoard(
    operations.map(({ author, at, operation }) => ({ author, at: at.toISOString(), operation })),
  );
  if (!last || drawn.shapes.size === 0) return undefined;
  const original = board.item_id === null ? undefined : await findEvidenceItem(context.database, board.item_id);
  const svg = drawSvg(drawn, {
    width: board.width,
    height: board.height,
    title: original ? `Annotation over ${original.id}` : `Whiteboard ${board.id}`,
    description: original
      ? `Drawn over the untouched original ${original.id}, SHA-256 ${original.sha256}; to be laid over it.`
      : `The whiteboard as it was after operation ${last.sequence}.`,
    ...(original ? {} : { background: { color: "#ffffff" } }),
  });
  return addEvidence(context, {
    session_id: board.session_id,
    participant_id: savedBy,
    capture_id: stateId(board.id, last.sequence),
    kind: board.kind,
    file: await context.storage.put(Buffer.from(svg)),
    media_type: "image/svg+xml",
    width: board.width,
    height: board.height,
    duration_ms: null,
    title: null,
    filename: null,
    source: null,
    captured_at: last.at,
    device: null,
    location: null,
    location_status: null,
    derived_from_id: original?.id ?? null,
    whiteboard_id: board.id,
    problem: null,
  });
}

/** A UUID (RFC 9562, version 8) that a board's state always has. */
function stateId(boardId: string, sequence: number): string {
  const hex = createHash("sha256").update(`${boardId} ${sequence}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
