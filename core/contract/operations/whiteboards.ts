import { z } from "zod";
import { AnyId } from "../common.ts";
import { operation } from "../operation.ts";
import { Moment } from "../pagination.ts";
import { Whiteboard, WhiteboardPage } from "../whiteboard.ts";
import { pageExample, WHITEBOARD } from "./examples.ts";

const TAG = "Whiteboards";

const PictureQuery = z.strictObject({
  at: Moment.optional().describe("The board as it was at this moment; as it is now without it"),
});

export const WHITEBOARD_OPERATIONS = {
  listWhiteboards: operation({
    method: "get",
    path: "/whiteboards",
    tag: TAG,
    summary: "List a session's whiteboards and annotations",
    permission: "whiteboards:read",
    query: z.strictObject({ session_id: AnyId.describe("The session") }),
    answer: {
      status: 200,
      schema: WhiteboardPage,
      description: "All of them, in one page.",
      example: pageExample(WHITEBOARD),
    },
    errors: ["not_found"],
  }),
  readWhiteboardSvg: operation({
    method: "get",
    path: "/whiteboards/{id}.svg",
    tag: TAG,
    summary: "A whiteboard as SVG",
    description: "Every shape carries the time it was drawn (`data-created-at`) and who drew it (`data-author`).",
    permission: "whiteboards:read",
    query: PictureQuery,
    answer: { status: 200, mediaType: "image/svg+xml", description: "The drawing." },
    errors: ["not_found"],
  }),
  readWhiteboardPng: operation({
    method: "get",
    path: "/whiteboards/{id}.png",
    tag: TAG,
    summary: "A whiteboard as PNG",
    description: "An annotation is drawn over its snapshot.",
    permission: "whiteboards:read",
    query: PictureQuery,
    answer: { status: 200, mediaType: "image/png", description: "The picture." },
    errors: ["not_found"],
  }),
  readWhiteboard: operation({
    method: "get",
    path: "/whiteboards/{id}",
    tag: TAG,
    summary: "Retrieve a whiteboard",
    permission: "whiteboards:read",
    answer: { status: 200, schema: Whiteboard, description: "The whiteboard.", example: WHITEBOARD },
    errors: ["not_found"],
  }),
};
