import { newId } from "@nexbasira/core/contract/ids.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { insertBoardOperations, insertWhiteboard } from "@nexbasira/core/database/whiteboards.ts";
import type { Operation } from "@nexbasira/core/shapes/operation.ts";
import type { ShapeDraft, StrokePoint } from "@nexbasira/core/shapes/shape.ts";

const AT_ONCE = 1_000;

/** A whiteboard of a session with operations of one of its people, as if it had been drawn before anybody came now. */
export async function seedBoard(
  database: Database,
  sessionId: string,
  operations: readonly Operation[],
): Promise<{ board_id: string }> {
  const { id: author } = await database
    .selectFrom("participants")
    .select("id")
    .where("session_id", "=", sessionId)
    .executeTakeFirstOrThrow();
  const board = await insertWhiteboard(database, {
    id: newId("whiteboard"),
    session_id: sessionId,
    kind: "whiteboard",
    item_id: null,
    width: 1600,
    height: 1200,
    created_by: author,
  });
  if (!board) throw new Error("the board was not made");
  for (let from = 0; from < operations.length; from += AT_ONCE) {
    await insertBoardOperations(
      database,
      operations.slice(from, from + AT_ONCE).map((operation, at) => ({
        board_id: board.id,
        sequence: from + at + 1,
        author,
        at: new Date(),
        operation: JSON.stringify(operation),
      })),
    );
  }
  return { board_id: board.id };
}

/** Strokes as a hand draws them, of `points` points each, all over the board; the same ones every time. */
export function handwriting(count: number, points = 30): ShapeDraft[] {
  const columns = Math.ceil(Math.sqrt(count * 1.3));
  return Array.from({ length: count }, (_, index): ShapeDraft => {
    const [x, y] = [(index % columns) / columns, Math.floor(index / columns) / (count / columns)];
    const stroke = Array.from({ length: points }, (_, at): StrokePoint => {
      const along = at / points;
      return [
        Math.min(0.999, x + along * 0.02),
        Math.min(0.999, Math.max(0, y * 0.97 + 0.01 + Math.sin(along * 9 + index) * 0.008)),
      ];
    });
    return {
      kind: "freehand",
      id: `s${index}`,
      color: index % 2 ? "#1e6fff" : "#14191c",
      width: 0.003,
      points: stroke,
    };
  });
}
