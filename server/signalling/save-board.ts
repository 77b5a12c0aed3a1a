import { createHash } from "node:crypto";
import { addEvidence } from "@nexbasira/core/actions/add-evidence.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { findEvidenceItem } from "@nexbasira/core/database/evidence-items.ts";
import type { EvidenceItemRow } from "@nexbasira/core/resources/evidence-item-resource.ts";
import { drawSvg } from "@nexbasira/core/shapes/draw-svg.ts";
import type { Room } from "../media/room.ts";
import type { RoomBoard } from "../media/room-board.ts";
import type { RoomServices } from "../media/room-services.ts";

const PAPER = "#ffffff";

/**
 * Makes a board as it is now an evidence item: an SVG of the shapes alone. An annotation's names the picture that it lies
 * over by its hash, and holds no copy of it. A board that has not changed since it was saved gives the same item again.
 */
export async function saveBoard(
  services: Pick<RoomServices, "database" | "jobs" | "links" | "storage">,
  room: Room,
  boardId: string,
  participantId: string,
): Promise<EvidenceItemRow> {
  const board = room.boards.get(boardId);
  const { kind, item_id, width, height } = board.info;
  if (kind === "live") throw new AppError("conflict", "A drawing over the live picture is not kept.");
  const { shapes, sequence } = board;
  if (shapes.shapes.size === 0) throw new AppError("conflict", "The board is empty.");
  const original = item_id === null ? undefined : await findEvidenceItem(services.database, item_id);
  const svg = drawSvg(shapes, {
    width,
    height,
    title: `${kind === "annotation" ? "Annotation" : "Whiteboard"}, ${room.session.reference}`,
    ...(original
      ? { description: `Drawn over evidence item ${original.id}, SHA-256 ${original.sha256}.` }
      : { background: { color: PAPER } }),
  });
  const file = await services.storage.put(Buffer.from(svg));
  // The item must not be there without the operations it was drawn from: their numbers would be given out again.
  await room.boards.stored();
  return addEvidence(services, {
    session_id: room.session.id,
    participant_id: participantId,
    capture_id: captureIdOf(board, sequence),
    kind,
    file,
    media_type: "image/svg+xml",
    width,
    height,
    duration_ms: null,
    title: null,
    filename: null,
    source: null,
    captured_at: new Date(),
    device: null,
    location: null,
    location_status: null,
    derived_from_id: original?.id ?? null,
    whiteboard_id: boardId,
    problem: null,
  });
}

/** The same for the same state of the same board: a UUID of version 8 (RFC 9562, 5.8) from a hash of both. */
function captureIdOf(board: RoomBoard, sequence: number): string {
  const bytes = createHash("sha256").update(`${board.info.board_id} ${sequence}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
