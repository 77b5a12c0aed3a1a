import { isSame, type Json, listOf, objectOf, resolve, textsOf } from "./json.ts";

/** Two documents, and where in them we are. */
export interface Place {
  released: Json;
  current: Json;
  /** For whoever reads the list of changes. */
  at: string;
  /** Who writes what the schema describes: the client, or we (an answer, an event). */
  writer: "client" | "server";
  /** The pairs of references we are inside of: schemas may hold themselves. */
  inside: readonly string[];
}

/** Says nothing about which values there are. */
const ANNOTATIONS = new Set([
  "$schema",
  "$id",
  "id",
  "$comment",
  "title",
  "description",
  "default",
  "example",
  "examples",
]);
const COMPARED = new Set([
  ...["type", "enum", "const", "pattern", "format", "properties", "required", "additionalProperties", "propertyNames"],
  ...["items", "anyOf", "oneOf", "allOf"],
]);
const HIGHEST = ["maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties"];
const LOWEST = ["minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties"];

/**
 * What breaks between two JSON Schemas. Whoever reads must be able to take everything that is written: the new server what
 * old clients send, old clients what the new server answers. New members of an answer are no break: clients ignore them.
 */
export function schemaChanges(releasedSchema: unknown, currentSchema: unknown, place: Place): string[] {
  const pair = `${objectOf(releasedSchema).$ref} ${objectOf(currentSchema).$ref}`;
  if (place.inside.includes(pair)) return [];
  const isNamed = !pair.includes("undefined");
  const here = isNamed ? { ...place, inside: [...place.inside, pair] } : place;
  const released = resolve(releasedSchema, place.released);
  const current = resolve(currentSchema, place.current);
  const [written, read] = place.writer === "client" ? [released, current] : [current, released];
  if (alternativesOf(written) || alternativesOf(read)) return alternativeChanges(released, current, here);
  return [
    ...typeChanges(written, read, here),
    ...valueChanges(written, read, here),
    ...(place.writer === "client"
      ? [...limitChanges(released, current, here), ...defaultChanges(released, current, here)]
      : []),
    ...otherChanges(written, read, here),
    ...memberChanges(released, current, here),
    ...openMemberChanges(released, current, here),
    ...partChanges("items", released, current, here),
    ...allOfChanges(released, current, here),
  ];
}

function alternativesOf(schema: Json): readonly unknown[] | undefined {
  const given = schema.anyOf ?? schema.oneOf;
  if (given !== undefined) return listOf(given);
  const { type, enum: values, ...rest } = schema;
  if (!Array.isArray(type)) return undefined;
  // A list of types is another way to say the same; what is said of the others does not concern null.
  const others = values === undefined ? {} : { enum: listOf(values).filter((value) => value !== null) };
  return textsOf(type).map((one) => (one === "null" ? { type: one } : { ...rest, ...others, type: one }));
}

/** Each alternative that is written must be one that is read. */
function alternativeChanges(released: Json, current: Json, place: Place): string[] {
  const [written, read] = place.writer === "client" ? [released, current] : [current, released];
  const readable = alternativesOf(read) ?? [read];
  return (alternativesOf(written) ?? [written]).flatMap((alternative) => {
    const tries = readable.map((one) =>
      place.writer === "client" ? schemaChanges(alternative, one, place) : schemaChanges(one, alternative, place),
    );
    // The closest one tells best what has changed.
    return (
      tries.toSorted((one, other) => one.length - other.length)[0] ?? [`${place.at}: has no alternatives any more`]
    );
  });
}

function typesOf({ type, const: only, enum: some }: Json): string[] | undefined {
  if (type !== undefined) return typeof type === "string" ? [type] : textsOf(type);
  const values = only === undefined ? some : [only];
  return values === undefined ? undefined : [...new Set(listOf(values).map(typeOfValue))];
}

function typeOfValue(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function typeChanges(written: Json, read: Json, { at }: Place): string[] {
  const [from, to] = [typesOf(written), typesOf(read)];
  if (to === undefined) return [];
  const isRead = (type: string) => to.includes(type) || (type === "integer" && to.includes("number"));
  return from?.every(isRead) ? [] : [`${at}: its type is another (${from?.join(", ") ?? "any"}, not ${to.join(", ")})`];
}

function valuesOf({ const: only, enum: some }: Json): readonly unknown[] | undefined {
  if (only !== undefined) return [only];
  return some === undefined ? undefined : listOf(some);
}

function valueChanges(written: Json, read: Json, { at, writer }: Place): string[] {
  const [from, to] = [valuesOf(written), valuesOf(read)];
  if (to === undefined) return [];
  if (from === undefined)
    return [`${at}: ${writer === "client" ? "takes only certain values now" : "may be any value now"}`];
  const unread = from.filter((value) => !to.some((one) => isSame(one, value)));
  const what = writer === "client" ? "no longer takes" : "may now be";
  return unread.map((value) => `${at}: ${what} ${JSON.stringify(value)}`);
}

/** In answers, limits may change: no client can break by a number that is within its type. */
function limitChanges(released: Json, current: Json, { at }: Place): string[] {
  const isTighter = (keyword: string, sign: 1 | -1) => {
    const [from, to] = [released[keyword], current[keyword]];
    if (typeof to !== "number") return false;
    const before = typeof from === "number" ? from : keyword.startsWith("min") && keyword !== "minimum" ? 0 : undefined;
    return before === undefined || sign * to < sign * before;
  };
  const tighter = [
    ...HIGHEST.filter((keyword) => isTighter(keyword, 1)),
    ...LOWEST.filter((keyword) => isTighter(keyword, -1)),
  ];
  return tighter.map(
    (keyword) => `${at}: ${keyword} is tighter (${released[keyword] ?? "none"}, now ${current[keyword]})`,
  );
}

function defaultChanges(released: Json, current: Json, { at }: Place): string[] {
  if (released.default === undefined || isSame(released.default, current.default)) return [];
  return [`${at}: its default is another`];
}

function patternsOf(schema: Json): unknown[] {
  return [schema.pattern, ...listOf(schema.allOf).map((part) => objectOf(part).pattern)].filter(
    (pattern) => pattern !== undefined,
  );
}

/** Patterns, formats, and every keyword that nothing else here compares: what is read must have been said of it before. */
function otherChanges(written: Json, read: Json, { at }: Place): string[] {
  const patterns = patternsOf(written);
  const limits = [...HIGHEST, ...LOWEST];
  const others = Object.keys(read).filter(
    (keyword) =>
      keyword === "format" || !(COMPARED.has(keyword) || ANNOTATIONS.has(keyword) || limits.includes(keyword)),
  );
  return [
    ...(patternsOf(read).every((pattern) => patterns.includes(pattern)) ? [] : [`${at}: its pattern is another`]),
    ...others
      .filter((keyword) => !isSame(written[keyword], read[keyword]))
      .map((keyword) => `${at}: its ${keyword} is another`),
  ];
}

function memberChanges(released: Json, current: Json, place: Place): string[] {
  const { at, writer } = place;
  const [before, now] = [objectOf(released.properties), objectOf(current.properties)];
  const [needed, needs] = [textsOf(released.required), textsOf(current.required)];
  const changes = Object.entries(before).flatMap(([name, schema]) => {
    const below = { ...place, at: `${at}.${name}` };
    if (name in now) return schemaChanges(schema, now[name], below);
    return [`${below.at}: ${writer === "client" ? "is no longer taken" : "is no longer there"}`];
  });
  if (writer === "client") {
    return [
      ...changes,
      ...needs.filter((name) => !needed.includes(name)).map((name) => `${at}.${name}: is now required`),
    ];
  }
  const optional = needed.filter((name) => name in now && !needs.includes(name));
  return [...changes, ...optional.map((name) => `${at}.${name}: may now be missing`)];
}

/** Members that have no name of their own: what they are called and what they hold. */
function openMemberChanges(released: Json, current: Json, place: Place): string[] {
  const [written, read] = place.writer === "client" ? [released, current] : [current, released];
  const isClosed = read.additionalProperties === false && read.properties !== undefined;
  if (isClosed && written.additionalProperties !== false) return [`${place.at}: takes no other members any more`];
  const names = partChanges("propertyNames", released, current, place);
  if (typeof read.additionalProperties !== "object" || written.additionalProperties === false) return names;
  return [...names, ...partChanges("additionalProperties", released, current, place)];
}

function partChanges(keyword: string, released: Json, current: Json, place: Place): string[] {
  const [written, read] = place.writer === "client" ? [released, current] : [current, released];
  if (read[keyword] === undefined) return [];
  const at = `${place.at}.${keyword === "items" ? "[]" : keyword === "propertyNames" ? "{name}" : "*"}`;
  if (typeof written[keyword] !== "object") return [`${at}: is described now, and was not`];
  return schemaChanges(released[keyword], current[keyword], { ...place, at });
}

function allOfChanges(released: Json, current: Json, place: Place): string[] {
  const [before, now] = [listOf(released.allOf), listOf(current.allOf)];
  const [written, read] = place.writer === "client" ? [before, now] : [now, before];
  if (before.length === now.length) return before.flatMap((part, index) => schemaChanges(part, now[index], place));
  const isPattern = (part: unknown) => isSame(Object.keys(objectOf(part)), ["pattern"]);
  const unread = read.filter((part) => !isPattern(part) && !written.some((one) => isSame(one, part)));
  return unread.map((part) => `${place.at}: a condition is new or gone (${JSON.stringify(part).slice(0, 80)})`);
}
