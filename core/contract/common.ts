import { z } from "zod";

/** A point in time as the API shows it: ISO 8601, UTC, to the second (`2026-05-23T11:42:15Z`). */
export function toTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

export const Timestamp = z.iso.datetime().describe("ISO 8601, UTC, to the second");

/** SHA-256 in lower-case hexadecimal. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hexadecimal digits");

/** Text for people: trimmed, without control characters or lone surrogates. `maximum` is in UTF-16 units. */
export function PlainText(maximum: number) {
  return (
    z
      .string()
      .trim()
      .min(1)
      .max(maximum)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the purpose
      .refine((text) => !/[\u0000-\u001f\u007f]/.test(text) && text.isWellFormed(), "must not hold control characters")
  );
}

/** Text for machines, as it came: what a text column can hold, so no NUL and no lone surrogate. */
export const StorableText = z
  .string()
  .refine((text) => !text.includes("\u0000") && text.isWellFormed(), "must not hold NUL or lone surrogates");

/** An address that is kept as it was written, without spaces, control characters and lone surrogates. */
export const WebAddress = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .regex(/^[^\s\p{Cc}\p{Cs}]+$/u, "must not hold spaces or control characters");

export const Language = z.enum(["en", "fr", "cs", "de"]);
export type Language = z.infer<typeof Language>;

export const Role = z.enum(["participant", "inspector", "observer"]);
export type Role = z.infer<typeof Role>;

export const Latitude = z.number().min(-90).max(90);
export const Longitude = z.number().min(-180).max(180);

/** A position as the device gave it. `accuracy_m`: radius in metres (68 %); `age_s`: age of the fix at capture. */
export const Location = z.object({
  latitude: Latitude,
  longitude: Longitude,
  accuracy_m: z.number().min(0).max(100_000_000),
  age_s: z.number().min(0).max(1_000_000_000),
});
export type Location = z.infer<typeof Location>;

/** Whether a capture has a position, and why not. */
export const LocationStatus = z.enum(["fixed", "refused", "unavailable", "timed_out"]);
export type LocationStatus = z.infer<typeof LocationStatus>;

/** One page of a list. `next_cursor` continues after its last row. */
export function Page<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), has_more: z.boolean(), next_cursor: z.string().nullable() });
}

/** RFC 9457 problem details with this API's own members. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  code: z.string(),
  param: z.string().optional(),
  request_id: z.string(),
});
export type Problem = z.infer<typeof Problem>;
