import { z } from "zod";

/** The part of JSON Schema that bodies are made of. */
export interface BodySchema {
  type?: string | undefined;
  const?: unknown;
  enum?: unknown[] | undefined;
  properties?: Record<string, BodySchema> | undefined;
  required?: string[] | undefined;
  additionalProperties?: boolean | BodySchema | undefined;
  items?: BodySchema | undefined;
  anyOf?: BodySchema[] | undefined;
  pattern?: string | undefined;
  format?: string | undefined;
  maxLength?: number | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  minItems?: number | undefined;
  maxItems?: number | undefined;
  maxProperties?: number | undefined;
  minProperties?: number | undefined;
}

const BodySchema: z.ZodType<BodySchema> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    properties: z.record(z.string(), BodySchema).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), BodySchema]).optional(),
    items: BodySchema.optional(),
    anyOf: z.array(BodySchema).optional(),
    pattern: z.string().optional(),
    format: z.string().optional(),
    maxLength: z.number().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minItems: z.number().optional(),
    maxItems: z.number().optional(),
    maxProperties: z.number().optional(),
    minProperties: z.number().optional(),
  }),
);

type Path = readonly string[];

export interface WrongBody {
  /** What is wrong with it. */
  name: string;
  /** The field that has to be named. */
  param: string;
  body: unknown;
}

export interface Sample {
  /** A body that has every field, and is right. */
  full: unknown;
  /** The fields, as paths, that take any text but NUL and lone surrogates: empty, and with control characters. */
  machineText?: readonly string[];
}

/** What a request may hold, as the API describes it. */
export function bodySchemaOf(schema: z.ZodType): BodySchema {
  return BodySchema.parse(z.toJSONSchema(schema, { io: "input" }));
}

/**
 * Every kind of wrong value in every field of a body, at every depth. Throws where the sample lacks a field, or a text has
 * no bound.
 */
export function wrongBodies(schema: BodySchema, sample: Sample): WrongBody[] {
  return [...wrongAt(schema, [], sample.full, sample)];
}

function* wrongAt(schema: BodySchema, path: Path, value: unknown, sample: Sample): Generator<WrongBody> {
  if (schema.anyOf) {
    const one = schema.anyOf.find(({ type }) => type !== "null");
    if (!one || schema.anyOf.length !== 2) throw new Error(`${path.join(".")}: only a value or null is understood`);
    const isNull = ({ name }: WrongBody) => name === `${path.join(".")}: null`;
    for (const wrong of wrongAt(one, path, value, sample)) if (!isNull(wrong)) yield wrong;
    return;
  }
  const param = path.join(".");
  const put = (name: string, wrong: unknown, named = param): WrongBody => ({
    name: `${param}: ${name}`,
    param: named,
    body: replace(sample.full, path, wrong),
  });
  for (const [name, wrong] of otherTypes(schema)) yield put(name, wrong);
  switch (schema.type) {
    case "string":
      for (const [name, wrong] of wrongTexts(schema, path, value, sample)) yield put(name, wrong);
      return;
    case "integer":
      yield put("a fraction", 300.5);
      yield* wrongNumbers(schema, put);
      return;
    case "number":
      yield* wrongNumbers(schema, put);
      return;
    case "array": {
      const items = z.array(z.unknown()).parse(value);
      if (schema.maxItems === undefined || !schema.items) throw new Error(`${param}: a list without a bound`);
      yield put("too many", Array(schema.maxItems + 1).fill(items[0]));
      if (schema.minItems) yield put("none", []);
      yield* wrongAt(schema.items, [...path, "0"], items[0], sample);
      return;
    }
    case "object":
      yield* wrongMembers(schema, path, value, sample, put);
  }
}

type Put = (name: string, wrong: unknown, named?: string) => WrongBody;

function* wrongMembers(schema: BodySchema, path: Path, value: unknown, sample: Sample, put: Put): Generator<WrongBody> {
  const members = z.record(z.string(), z.unknown()).parse(value);
  const below = (name: string) => [...path, name].join(".");
  if (typeof schema.additionalProperties === "object") {
    const [name, first] = Object.entries(members)[0] ?? ["", undefined];
    yield* wrongAt(schema.additionalProperties, [...path, name], first, sample);
    for (const [what, key] of [
      ["an empty name", ""],
      ["a long name", "x".repeat(10_000)],
      ["a name with NUL", "a\u0000b"],
      ["a name with a lone surrogate", "a\ud800"],
      ["a name that prototypes have", "__proto__"],
    ] as const) {
      yield put(what, Object.fromEntries([[key, first]]), path.join("."));
    }
    if (schema.maxProperties !== undefined) {
      yield put(
        "too many names",
        Object.fromEntries(Array.from({ length: schema.maxProperties + 1 }, (_, n) => [`k${n}`, "v"])),
      );
    }
    return;
  }
  if (schema.additionalProperties !== false) throw new Error(`${path.join(".")}: takes any field`);
  for (const unknown of ["unknown_field", "__proto__", "constructor", "toString"]) {
    yield put(
      `the unknown field ${unknown}`,
      Object.fromEntries([...Object.entries(members), [unknown, {}]]),
      below(unknown),
    );
  }
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    if (!(name in members)) throw new Error(`the sample has no ${below(name)}`);
    yield* wrongAt(member, [...path, name], members[name], sample);
    if (!schema.required?.includes(name)) continue;
    yield put(
      `without ${name}`,
      Object.fromEntries(Object.entries(members).filter(([key]) => key !== name)),
      below(name),
    );
  }
  if (schema.minProperties) yield put("no member", {});
}

function* otherTypes(schema: BodySchema): Generator<[name: string, wrong: unknown]> {
  const values = { string: "text", number: 5, boolean: true, array: [], object: {} };
  const own = schema.type === "integer" ? "number" : schema.type;
  yield ["null", null];
  for (const [type, value] of Object.entries(values)) if (type !== own) yield [`${type} for ${own}`, value];
  if (own === "number") yield ["a number as text", "300"];
  if (own === "boolean") yield ["0 for false", 0];
  if (own === "array") yield ["an object like a list", { length: 0 }];
}

function* wrongTexts(schema: BodySchema, path: Path, value: unknown, sample: Sample): Generator<[string, string]> {
  const text = z.string().parse(value);
  if (schema.const !== undefined || schema.enum) {
    yield ["an unknown value", "no such value"];
    yield ["a value in capitals", text.toUpperCase()];
    yield ["a value with a space", `${text} `];
  } else if (schema.maxLength === undefined && isUnbounded(schema.pattern ?? "*")) {
    throw new Error(`${path.join(".")}: a text without a bound`);
  }
  if (schema.format === "date-time") yield ["a long fraction", LONG_FRACTION];
  yield ["too long", text + "x".repeat(schema.maxLength ?? 1000)];
  yield ["long", "x".repeat(900_000)];
  yield ["NUL", `${text}\u0000`];
  yield ["NUL before", `\u0000${text}`];
  yield ["a lone surrogate", `${text}\ud800`];
  yield ["a lone low surrogate", `\udfff${text}`];
  if (sample.machineText?.includes(path.join("."))) return;
  yield ["empty", ""];
  yield ["blank", " \t "];
  for (const control of ["\u0007", "\n", "\u001b[31m", "\u007f"]) {
    yield [`the control character ${JSON.stringify(control)}`, `a${control}b`];
  }
}

/** A moment that is one in all but its length. */
export const LONG_FRACTION = `2026-05-23T11:42:15.${"0".repeat(5000)}Z`;

/** Whether a pattern repeats anything without end. */
function isUnbounded(pattern: string): boolean {
  const quantifiers = pattern.replaceAll(/\\./g, "").replaceAll(/\[[^\]]*\]/g, "");
  return /[*+]|\{\d+,\}/.test(quantifiers);
}

function* wrongNumbers(schema: BodySchema, put: Put): Generator<WrongBody> {
  if (schema.minimum !== undefined) yield put("too small", schema.minimum - 1);
  if (schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER)
    yield put("too large", schema.maximum + 1);
}

/** A copy with another value at the path. */
function replace(value: unknown, path: Path, wrong: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return wrong;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === first ? replace(item, rest, wrong) : item));
  const members = z.record(z.string(), z.unknown()).parse(value);
  return { ...members, [first]: replace(members[first], rest, wrong) };
}
