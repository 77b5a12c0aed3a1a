import { z } from "zod";
import { authorSchema, instantSchema, shapeDraftSchema, shapeIdSchema, strokePointSchema } from "./shape.ts";

/** The most points one `append` carries: about four seconds of a 240 Hz pen. */
export const MAX_APPENDED = 1_000;

/**
 * Operations of one author with the same gesture, one after another, are one step of undo: a stroke that arrived in
 * fifty pieces, or ten shapes wiped by one move of the eraser.
 */
const gesture = shapeIdSchema;

/** One change of a board, as it travels and as it is stored. */
export const operationSchema = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("add"), gesture, shape: shapeDraftSchema }),
  /** Further points of a freehand shape that is being drawn. */
  z.strictObject({
    op: z.literal("append"),
    gesture,
    id: shapeIdSchema,
    points: z.array(strokePointSchema).min(1).max(MAX_APPENDED),
  }),
  /** A whole new form of one's own shape; its kind stays. */
  z.strictObject({ op: z.literal("update"), gesture, shape: shapeDraftSchema }),
  z.strictObject({ op: z.literal("remove"), gesture, id: shapeIdSchema }),
  z.strictObject({ op: z.literal("clear"), gesture, scope: z.enum(["own", "all"]) }),
  /** Takes the author's own last step back, whatever others did since. */
  z.strictObject({ op: z.literal("undo") }),
  z.strictObject({ op: z.literal("redo") }),
]);
export type Operation = z.infer<typeof operationSchema>;

/** Who did it and when, as the room saw it. */
const operationContextSchema = z.strictObject({ author: authorSchema, at: instantSchema });
export type OperationContext = z.infer<typeof operationContextSchema>;

/** An entry of a board's history. The list of them, in order, is the board: a late joiner replays it. */
export const boardEntrySchema = operationContextSchema.extend({ operation: operationSchema });
export type BoardEntry = z.infer<typeof boardEntrySchema>;
