import { z } from "zod";

/** The keyset's position, opaque to callers: the last row's id. */
const Cursor = z
  .string()
  .max(100)
  .transform((text) => Buffer.from(text, "base64url").toString("utf8"))
  .refine((id) => /^[a-z]{2,6}[_-][0-9A-Z]{26}$/.test(id), "is not a cursor of this list");

export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(25),
  cursor: Cursor.optional(),
});

export interface RowsPage<Row> {
  rows: Row[];
  hasMore: boolean;
}

/** A page of `limit` rows out of one more than that. */
export function pageOf<Row>(rows: Row[], limit: number): RowsPage<Row> {
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
}

function nextCursor(page: RowsPage<{ id: string }>): string | null {
  const last = page.rows.at(-1);
  return page.hasMore && last ? Buffer.from(last.id, "utf8").toString("base64url") : null;
}

/** The members of a list's answer. */
export function listAnswer<Item>(page: RowsPage<{ id: string }>, data: Item[]) {
  return { data, has_more: page.hasMore, next_cursor: nextCursor(page) };
}
