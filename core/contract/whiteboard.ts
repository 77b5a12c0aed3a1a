import { z } from "zod";
import { Timestamp } from "./common.ts";
import { Page } from "./pagination.ts";

export const Whiteboard = z.object({
  id: z.string(),
  object: z.literal("whiteboard"),
  session_id: z.string(),
  /** A sheet of its own, or drawing over a snapshot. */
  kind: z.enum(["whiteboard", "annotation"]),
  /** The snapshot under an annotation. */
  evidence_item_id: z.string().nullable(),
  /** In the board's own units; a snapshot's pixels under an annotation. */
  width: z.number().int(),
  height: z.number().int(),
  created_at: Timestamp,
  /** Of the last stroke; null for an empty board. */
  updated_at: Timestamp.nullable(),
  svg_url: z.string(),
  png_url: z.string(),
});
export type Whiteboard = z.infer<typeof Whiteboard>;

export const WhiteboardPage = Page(Whiteboard);
