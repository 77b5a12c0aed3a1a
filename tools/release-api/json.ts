/** A JSON object of which nothing is known. */
export type Json = Readonly<Record<string, unknown>>;

/** The value if it is an object, otherwise an empty one. */
export function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list. */
export function textsOf(value: unknown): string[] {
  return listOf(value).filter((one) => typeof one === "string");
}

/** Equal but for the order of members. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one, sortMembers) === JSON.stringify(other, sortMembers);
}

function sortMembers(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** What a `$ref` into the same document leads to (RFC 6901); anything else as it is. Throws where it leads nowhere. */
export function resolve(value: unknown, root: Json): Json {
  const { $ref } = objectOf(value);
  if (typeof $ref !== "string") return objectOf(value);
  const found = $ref
    .replace(/^#\//, "")
    .split("/")
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((place, part) => objectOf(place)[part], root);
  if (found === undefined) throw new Error(`${$ref} leads nowhere`);
  return resolve(found, root);
}
