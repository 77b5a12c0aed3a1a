import { ID_PREFIX, type IdKind } from "@nexbasira/core/contract/ids.ts";

/** The id that a cursor stands for in a list of this kind. */
export function idOfCursor(kind: IdKind, cursor: string | undefined): string | undefined {
  return cursor === undefined ? undefined : ID_PREFIX[kind] + cursor;
}

const RANDOM_CHARACTERS = 26;

/** A list's answer out of the rows that `limit + 1` brought. */
export function pageOf<Row extends { id: string }, Item>(rows: readonly Row[], limit: number, data: readonly Item[]) {
  const last = rows[limit - 1];
  const more = rows.length > limit && last !== undefined;
  return {
    data: data.slice(0, limit),
    has_more: more,
    next_cursor: more ? last.id.slice(-RANDOM_CHARACTERS) : null,
  };
}
