import { z } from "zod";

/** The most points one freehand shape holds; a longer stroke goes on in a further shape of the same gesture. */
export const MAX_POINTS = 5_000;
/** The most characters (UTF-16 code units) of a text shape. */
export const MAX_TEXT = 500;

/** A fraction of the surface's width (x, sizes) or height (y): 0 is left or top, 1 right or bottom. */
const fraction = z.number().min(0).max(1);

/** `[x, y]`, fractions of the surface's width and height. */
export const pointSchema = z.tuple([fraction, fraction]);
export type Point = z.infer<typeof pointSchema>;

/** `[x, y]` or `[x, y, pressure]`, the pressure of a pen from 0 to 1. */
export const strokePointSchema = z.union([z.tuple([fraction, fraction, fraction]), pointSchema]);
export type StrokePoint = z.infer<typeof strokePointSchema>;

/** What a client makes up for a shape: unique on its board. */
export const shapeIdSchema = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/);
/** Who drew: the id of a person in the room. */
export const authorSchema = z.string().min(1).max(64);
/** UTC with milliseconds, `2026-05-23T11:42:15.123Z`; sorts as text. */
export const instantSchema = z.iso.datetime({ precision: 3 });

const colorSchema = z.string().regex(/^#[0-9a-f]{6}$/i);

/** What XML 1.0 cannot hold (section 2.2, Char): control characters but tab and line feed, lone surrogates. */
export const NOT_XML = /[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

const textSchema = z
  .string()
  .min(1)
  .max(MAX_TEXT)
  .refine((text) => !NOT_XML.test(text), {
    error: "contains characters that cannot be shown",
  });

const base = {
  id: shapeIdSchema,
  color: colorSchema,
  /** The stroke's width as a fraction of the surface's width. */
  width: z.number().min(0.0005).max(0.1),
};
const fromTo = { from: pointSchema, to: pointSchema };

export const UNITS = ["mm", "cm", "m", "in", "ft"] as const;
const lengthSchema = { length: z.number().positive().max(1_000_000), unit: z.enum(UNITS) };

export const STAMPS = ["check", "cross", "attention", "question", "pin"] as const;
export type Stamp = (typeof STAMPS)[number];

/** The font's size, or a stamp's, as a fraction of the surface's width. */
const sizeSchema = z.number().min(0.005).max(0.5);

const variants = {
  freehand: { kind: z.literal("freehand"), ...base, points: z.array(strokePointSchema).min(1).max(MAX_POINTS) },
  line: { kind: z.literal("line"), ...base, ...fromTo },
  arrow: { kind: z.literal("arrow"), ...base, ...fromTo },
  /** Two opposite corners. */
  rectangle: { kind: z.literal("rectangle"), ...base, ...fromTo },
  /** Two opposite corners of the box around it. */
  ellipse: { kind: z.literal("ellipse"), ...base, ...fromTo },
  /** `at` is the top corner where the text begins: its left one, or its right one (`isRightToLeft`). Lines end with a line feed. */
  text: { kind: z.literal("text"), ...base, at: pointSchema, text: textSchema, size: sizeSchema },
  /** `at` is the stamp's centre; of a pin, its tip. */
  stamp: { kind: z.literal("stamp"), ...base, at: pointSchema, stamp: z.enum(STAMPS), size: sizeSchema },
  /** A line whose true length the user states. */
  reference: { kind: z.literal("reference"), ...base, ...fromTo, ...lengthSchema },
  /** A line whose length is derived from a reference. It keeps its own copy of it, so that it can be checked alone. */
  measurement: {
    kind: z.literal("measurement"),
    ...base,
    ...fromTo,
    reference: z.strictObject({ ...fromTo, ...lengthSchema }),
  },
};

/** A shape as a client sends it. The author and the times come from whoever applies the operation. */
export const shapeDraftSchema = z.discriminatedUnion("kind", [
  z.strictObject(variants.freehand),
  z.strictObject(variants.line),
  z.strictObject(variants.arrow),
  z.strictObject(variants.rectangle),
  z.strictObject(variants.ellipse),
  z.strictObject(variants.text),
  z.strictObject(variants.stamp),
  z.strictObject(variants.reference),
  z.strictObject(variants.measurement),
]);
export type ShapeDraft = z.infer<typeof shapeDraftSchema>;

/** What the board adds to a draft. */
interface Placed {
  author: string;
  created_at: string;
  updated_at: string;
  /** Orders shapes from back to front. */
  z: number;
}

/** A shape on a board. Coordinates are fractions of the surface, so that it lies right on any size of it. */
export type Shape = ShapeDraft & Placed;
