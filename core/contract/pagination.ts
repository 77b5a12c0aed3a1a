import { z } from "zod";

const DEFAULT_LIMIT = 25;

/** A query's number, in decimal digits alone: `Number()` would also read ` 5`, `0x5` and `5e0`. */
const Limit = z.preprocess(
  (given) => (typeof given === "string" && /^(0|[1-9]\d{0,8})$/.test(given) ? Number(given) : given),
  z.number().int().min(1).max(100).meta({ default: DEFAULT_LIMIT }),
);

/** A list's page: how many, and after which. The cursor is opaque to callers: what an id has after its prefix. */
export const PageQuery = z.strictObject({
  limit: Limit.default(DEFAULT_LIMIT).describe("How many at most"),
  cursor: z
    .string()
    .regex(/^[0-9A-Z]{26}$/, "is not a cursor of this list")
    .optional()
    .describe("`next_cursor` of the page before"),
});

/** One page of a list. `next_cursor` continues after its last row. */
export function Page<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), has_more: z.boolean(), next_cursor: z.string().nullable() });
}

/** ISO 8601 with `Z` or an offset. */
export const Moment = z.iso
  .datetime({ offset: true })
  .max(40)
  .transform((text) => new Date(text));
