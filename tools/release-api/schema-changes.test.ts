import { expect, test } from "vitest";
import { breakingChanges } from "./breaking-changes.ts";
import { changed, RELEASED } from "./small-api.ts";

const THINGS = "paths/~things";
const BODY = "components/schemas/CreateThing";
const ANSWER = "components/schemas/Thing";

test.each<[what: string, path: string, value: unknown, said: string]>([
  [
    "a parameter's tighter limit",
    `${THINGS}/get/parameters/0/schema/maximum`,
    50,
    "GET /things, query limit: maximum is tighter (100, now 50)",
  ],
  [
    "a parameter's other default",
    `${THINGS}/get/parameters/0/schema/default`,
    10,
    "GET /things, query limit: its default is another",
  ],
  [
    "a tighter limit behind a reference",
    "components/parameters/Trace/schema/maxLength",
    5,
    "GET /things, header Trace: maxLength is tighter (50, now 5)",
  ],
  [
    "a member that is no longer taken",
    `${BODY}/properties/weight`,
    undefined,
    "POST /things, body.weight: is no longer taken",
  ],
  ["a member that is now required", `${BODY}/required`, ["name", "size"], "POST /things, body.size: is now required"],
  ["a new member that is required", `${BODY}/required/1`, "new", "POST /things, body.new: is now required"],
  [
    "another type",
    `${BODY}/properties/weight/type`,
    "string",
    "POST /things, body.weight: its type is another (number, not string)",
  ],
  [
    "a number that must be whole",
    `${BODY}/properties/weight/type`,
    "integer",
    "POST /things, body.weight: its type is another (number, not integer)",
  ],
  [
    "a value that is no longer taken",
    `${BODY}/properties/kind/enum`,
    ["small"],
    'POST /things, body.kind: no longer takes "large"',
  ],
  [
    "certain values for any",
    `${BODY}/properties/free/enum`,
    ["a"],
    "POST /things, body.free: takes only certain values now",
  ],
  ["one value for any", `${BODY}/properties/free/const`, "a", "POST /things, body.free: takes only certain values now"],
  [
    "a shorter text",
    `${BODY}/properties/name/maxLength`,
    10,
    "POST /things, body.name: maxLength is tighter (20, now 10)",
  ],
  ["a longer text", `${BODY}/properties/name/minLength`, 2, "POST /things, body.name: minLength is tighter (1, now 2)"],
  [
    "a limit where none was",
    `${BODY}/properties/free/maxLength`,
    1000,
    "POST /things, body.free: maxLength is tighter (none, now 1000)",
  ],
  [
    "a smaller maximum",
    `${BODY}/properties/size/maximum`,
    99,
    "POST /things, body.size: maximum is tighter (100, now 99)",
  ],
  ["a larger minimum", `${BODY}/properties/size/minimum`, 1, "POST /things, body.size: minimum is tighter (0, now 1)"],
  [
    "a minimum where none was",
    `${BODY}/properties/weight/minimum`,
    -5,
    "POST /things, body.weight: minimum is tighter (none, now -5)",
  ],
  ["another pattern", `${BODY}/properties/name/pattern`, "^[a-y]+$", "POST /things, body.name: its pattern is another"],
  [
    "a pattern where none was",
    `${BODY}/properties/free/pattern`,
    "^a",
    "POST /things, body.free: its pattern is another",
  ],
  [
    "a further pattern",
    `${BODY}/properties/name/allOf`,
    [{ pattern: "^a" }],
    "POST /things, body.name: its pattern is another",
  ],
  ["another format", `${BODY}/properties/at/format`, "date", "POST /things, body.at: its format is another"],
  [
    "a keyword that nothing here knows",
    `${BODY}/properties/size/multipleOf`,
    5,
    "POST /things, body.size: its multipleOf is another",
  ],
  ["fewer items", `${BODY}/properties/tags/maxItems`, 4, "POST /things, body.tags: maxItems is tighter (5, now 4)"],
  [
    "items that are no longer taken",
    `${BODY}/properties/tags/items/enum`,
    ["a"],
    'POST /things, body.tags.[]: no longer takes "b"',
  ],
  [
    "no null any more",
    `${BODY}/properties/colour`,
    { type: "string", maxLength: 10 },
    "POST /things, body.colour: its type is another (null, not string)",
  ],
  [
    "a tighter alternative",
    `${BODY}/properties/colour/anyOf/0/maxLength`,
    5,
    "POST /things, body.colour: maxLength is tighter (10, now 5)",
  ],
  [
    "a shorter name of a member",
    `${BODY}/properties/labels/propertyNames/maxLength`,
    4,
    "POST /things, body.labels.{name}: maxLength is tighter (5, now 4)",
  ],
  [
    "fewer members",
    `${BODY}/properties/labels/maxProperties`,
    4,
    "POST /things, body.labels: maxProperties is tighter (5, now 4)",
  ],
  [
    "another type of any member",
    `${BODY}/properties/labels/additionalProperties/type`,
    "number",
    "POST /things, body.labels.*: its type is another (string, not number)",
  ],
  [
    "a tighter member deep inside",
    `${BODY}/properties/inside/properties/deep/type`,
    "string",
    "POST /things, body.inside.deep: its type is another (boolean, not string)",
  ],
  [
    "another default",
    `${BODY}/properties/inside/properties/deep/default`,
    false,
    "POST /things, body.inside.deep: its default is another",
  ],
  [
    "a new condition",
    `${BODY}/allOf/1`,
    { required: ["at"] },
    'POST /things, body: a condition is new or gone ({"required":["at"]})',
  ],
  ["another condition", `${BODY}/allOf/0/then`, { required: ["at"] }, "POST /things, body: its then is another"],
  [
    "a header of another type",
    "components/headers/RequestId/schema/type",
    "integer",
    "GET /things, 200, header X-Request-Id: its type is another (integer, not string)",
  ],
  [
    "an answer's member that is gone",
    `${ANSWER}/properties/size`,
    undefined,
    "GET /things, 200.[].size: is no longer there",
  ],
  [
    "an answer's member that may be missing",
    `${ANSWER}/required`,
    ["id"],
    "GET /things, 200.[].kind: may now be missing",
  ],
  [
    "an answer's member of another type",
    `${ANSWER}/properties/size/type`,
    "string",
    "GET /things, 200.[].size: its type is another (string, not integer)",
  ],
  [
    "a whole number that may be any",
    `${ANSWER}/properties/size/type`,
    "number",
    "GET /things, 200.[].size: its type is another (number, not integer)",
  ],
  [
    "a further value in an answer",
    `${ANSWER}/properties/kind/enum/2`,
    "huge",
    'GET /things, 200.[].kind: may now be "huge"',
  ],
  [
    "any value in an answer",
    `${ANSWER}/properties/kind`,
    { type: "string" },
    "GET /things, 200.[].kind: may be any value now",
  ],
  [
    "null in an answer",
    `${ANSWER}/properties/id`,
    { anyOf: [{ type: "string", pattern: "^t" }, { type: "null" }] },
    "GET /things, 200.[].id: its type is another (null, not string)",
  ],
  [
    "another format in an answer",
    `${ANSWER}/properties/made_at/format`,
    "date",
    "GET /things, 200.[].made_at: its format is another",
  ],
  [
    "another pattern in an answer",
    `${ANSWER}/properties/id/pattern`,
    "^u",
    "GET /things, 200.[].id: its pattern is another",
  ],
  [
    "another type of an answer's members",
    `${ANSWER}/properties/labels/additionalProperties`,
    { type: "number" },
    "GET /things, 200.[].labels.*: its type is another (number, not string)",
  ],
  [
    "another type of an answer's items",
    `${THINGS}/get/responses/200/content/application~json/schema/items`,
    { type: "string" },
    "GET /things, 200.[]: its type is another (string, not object)",
  ],
  [
    "an event's member that is gone",
    "components/schemas/Envelope/properties/id",
    undefined,
    "event thing.made, body.id: is no longer there",
  ],
  [
    "an event's data that is another",
    `${ANSWER}/properties/size/type`,
    "string",
    "event thing.made, body.data.size: its type is another (string, not integer)",
  ],
])("%s is found", (_what, path, value, said) => {
  expect(breakingChanges(RELEASED, changed(RELEASED, path, value))).toContain(said);
});

test.each<[what: string, path: string, value: unknown]>([
  ["a parameter's wider limit", `${THINGS}/get/parameters/0/schema/maximum`, 200],
  ["a parameter without a limit", `${THINGS}/get/parameters/0/schema/minimum`, undefined],
  ["a new member of a body", `${BODY}/properties/new`, { type: "string" }],
  ["a member that may be left out", `${BODY}/required`, []],
  ["a further value", `${BODY}/properties/kind/enum/2`, "huge"],
  ["any value for certain ones", `${BODY}/properties/kind/enum`, undefined],
  ["a whole number that may be any", `${BODY}/properties/size/type`, "number"],
  ["a longer text", `${BODY}/properties/name/maxLength`, 30],
  ["no pattern any more", `${BODY}/properties/name/pattern`, undefined],
  ["no format any more", `${BODY}/properties/at/format`, undefined],
  ["null for a text", `${BODY}/properties/free`, { anyOf: [{ type: "string" }, { type: "null" }] }],
  ["a further alternative", `${BODY}/properties/colour/anyOf/2`, { type: "integer" }],
  ["more items", `${BODY}/properties/tags/maxItems`, 10],
  ["no condition any more", `${BODY}/allOf`, []],
  ["a body that takes anything", `${BODY}/additionalProperties`, undefined],
  ["a default where none was", `${BODY}/properties/size/default`, 5],
  ["a new member of an answer", `${ANSWER}/properties/new`, { type: "string" }],
  ["an answer's member that is always there now", `${ANSWER}/required/2`, "size"],
  ["fewer values in an answer", `${ANSWER}/properties/kind/enum`, ["small"]],
  ["one value in an answer", `${ANSWER}/properties/kind`, { type: "string", const: "small" }],
  ["no null in an answer", `${ANSWER}/properties/always`, { type: "string" }],
  ["other limits in an answer", `${ANSWER}/properties/size/maximum`, 1000],
  ["a pattern in an answer", `${ANSWER}/properties/note/anyOf/0/pattern`, "^a"],
  ["a new member of an event", "components/schemas/Envelope/properties/new", { type: "string" }],
])("%s is no break", (_what, path, value) => {
  expect(breakingChanges(RELEASED, changed(RELEASED, path, value))).toEqual([]);
});

test.each([
  ["a body", `${BODY}/properties/colour`, { type: ["string", "null"], maxLength: 10 }],
  ["an answer", `${ANSWER}/properties/note`, { type: ["string", "null"] }],
])(
  "null that is said by a list of types in %s is the same as an alternative, and is compared",
  (_what, path, value) => {
    const rewritten = changed(RELEASED, path, value);
    expect(breakingChanges(RELEASED, rewritten)).toEqual([]);
    expect(breakingChanges(rewritten, RELEASED)).toEqual([]);
    expect(breakingChanges(rewritten, changed(RELEASED, path, { type: ["integer", "null"] }))).not.toEqual([]);
  },
);

test("null that leaves a list of types of a body, or enters one of an answer, is found", () => {
  const listed = (path: string) => changed(RELEASED, path, { type: ["string", "null"] });
  const alone = (path: string) => changed(RELEASED, path, { type: "string" });
  const [taken, answered] = [`${BODY}/properties/free`, `${ANSWER}/properties/note`];
  expect(breakingChanges(listed(taken), alone(taken))).toEqual([
    "POST /things, body.free: its type is another (null, not string)",
  ]);
  expect(breakingChanges(alone(taken), listed(taken))).toEqual([]);
  expect(breakingChanges(alone(answered), listed(answered))).toContain(
    "POST /things, 201.note: its type is another (null, not string)",
  );
  expect(breakingChanges(listed(answered), alone(answered))).toEqual([]);
});
