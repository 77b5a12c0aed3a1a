import { z } from "zod";

/** A point in time as the API shows it: ISO 8601, UTC, to the second (`2026-05-23T11:42:15Z`). */
export function toTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

export const Timestamp = z.iso.datetime().describe("ISO 8601, UTC, to the second");

/** SHA-256 in lower-case hexadecimal. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hexadecimal digits");

/** Refuses a text that is longer, in characters (code points), as JSON Schema's `maxLength` counts them. */
function atMost(maximum: number): z.core.CheckFn<string> {
  return ({ value, issues }) => {
    if (value.length <= maximum || Array.from(value).length <= maximum) return;
    const message = `must have at most ${maximum} characters`;
    issues.push({ code: "too_big", origin: "string", maximum, inclusive: true, input: value, message });
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the purpose
const PLAIN = /^[^\u0000-\u001f\u007f]*[^\s\ufeff\u0000-\u001f\u007f][^\u0000-\u001f\u007f]*$/;

/**
 * Text for people: trimmed, not blank, without control characters or lone surrogates. `maximum` is in characters. The
 * pattern says the same to whoever reads the schema.
 */
export function PlainText(maximum: number) {
  return z
    .string()
    .trim()
    .min(1)
    .regex(PLAIN, "must not hold control characters")
    .check(atMost(maximum))
    .refine((text) => text.isWellFormed(), "must not hold lone surrogates")
    .meta({ maxLength: maximum });
}

/** Text for machines, as it came: what a text column can hold, so no NUL and no lone surrogate. */
export function StorableText({ min = 0, max }: { min?: number; max: number }) {
  return (
    z
      .string()
      .min(min)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing NUL is the purpose
      .regex(/^[^\u0000]*$/, "must not hold NUL")
      .check(atMost(max))
      .refine((text) => text.isWellFormed(), "must not hold lone surrogates")
      .meta({ maxLength: max })
  );
}

/** A record that refuses a member named `__proto__`, which zod's own leaves out without a word. */
export function StrictRecord<Schema extends z.ZodRecord>(record: Schema) {
  return z.preprocess((given, context) => {
    if (typeof given === "object" && given !== null && Object.hasOwn(given, "__proto__")) {
      context.addIssue({ code: "custom", path: ["__proto__"], message: "is no name for a member" });
    }
    return given;
  }, record);
}

/** What an id, or anything meant as one, may look like in a query. */
export const AnyId = z.string().regex(/^[\w-]{1,64}$/, "is not an id");

/** What stands after the host and the port: RFC 3986, sections 3.3 to 3.5. */
const REST_OF_ADDRESS = "([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*";
const WEB_ADDRESS = new RegExp(
  `^https?://[A-Za-z0-9[][A-Za-z0-9.:\\]-]*([/?]${REST_OF_ADDRESS})?(#${REST_OF_ADDRESS})?$`,
);

/** An address that is kept as it was written: `http:` or `https:`, ASCII (RFC 3986), without credentials. */
export const WebAddress = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .regex(WEB_ADDRESS, "must be an ASCII address without credentials")
  .meta({ format: "uri" });

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

/** A body that says nothing, or none at all. */
export const NoBody = z.strictObject({}).optional();
