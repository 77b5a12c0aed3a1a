import { expect, test } from "vitest";
import { breakingChanges } from "./breaking-changes.ts";
import { changed, RELEASED } from "./small-api.ts";

const THINGS = "paths/~things";
const EVENT = "webhooks/thing.made/post";

test.each<[what: string, path: string, value: unknown, said: string]>([
  ["a path that is gone", THINGS, undefined, "GET /things: is gone"],
  ["an operation that is gone", `${THINGS}/post`, undefined, "POST /things: is gone"],
  ["an event that is gone", "webhooks/thing.made", undefined, "event thing.made: is gone"],
  ["a base path that is gone", "servers/1", undefined, "server https://api.example.com/long: is gone"],
  ["a schema's name that is gone", "components/schemas/Unused", undefined, "component Unused: is gone"],
  ["another operationId", `${THINGS}/get/operationId`, "list", "GET /things: operationId is another"],
  ["another way to authenticate", "components/securitySchemes/key/scheme", "basic", "security scheme key: is another"],
  [
    "another scope",
    `${THINGS}/get/security`,
    [{ key: ["all:read"] }],
    'GET /things: {"key":["things:read"]} is no longer enough',
  ],
  [
    "a further scope",
    `${THINGS}/get/security/0/key/1`,
    "more",
    'GET /things: {"key":["things:read"]} is no longer enough',
  ],
  ["a security where none was", `${EVENT}/security`, [{ key: [] }], "event thing.made: {} is no longer enough"],
  ["a general security that is another", "security", [{ other: [] }], 'DELETE /things: {"key":[]} is no longer enough'],
  ["a parameter that is gone", `${THINGS}/get/parameters/0`, undefined, "GET /things, query limit: is gone"],
  [
    "a parameter that is now required",
    `${THINGS}/get/parameters/0/required`,
    true,
    "GET /things, query limit: is now required",
  ],
  ["a parameter that moves", `${THINGS}/get/parameters/0/in`, "header", "GET /things, query limit: is gone"],
  [
    "a new parameter that is required",
    `${THINGS}/get/parameters/2`,
    { name: "q", in: "query", required: true, schema: {} },
    "GET /things, query q: is new and required",
  ],
  [
    "a parameter's other style",
    `${THINGS}/get/parameters/0/style`,
    "deepObject",
    "GET /things, query limit: its style is another",
  ],
  ["a body that is gone", `${THINGS}/post/requestBody`, undefined, "POST /things, body: is gone"],
  ["a body that is now required", `${THINGS}/post/requestBody/required`, true, "POST /things, body: is now required"],
  [
    "a body where none was",
    `${THINGS}/delete/requestBody`,
    { required: true, content: {} },
    "DELETE /things, body: is new and required",
  ],
  [
    "a body of another type",
    `${THINGS}/post/requestBody/content`,
    { "text/xml": {} },
    "POST /things, body: is no longer application/json",
  ],
  ["an answer that is gone", `${THINGS}/get/responses/404`, undefined, "GET /things, 404: is gone"],
  ["another status", `${THINGS}/post/responses`, { "202": {} }, "POST /things, 201: is gone"],
  [
    "a new way to succeed",
    `${THINGS}/post/responses/200`,
    { description: "As it was." },
    "POST /things, 200: is a new way to succeed",
  ],
  [
    "an answer of another type",
    `${THINGS}/get/responses/200/content`,
    { "text/csv": {} },
    "GET /things, 200: is no longer application/json",
  ],
  [
    "a further type of answer",
    `${THINGS}/get/responses/200/content/text~csv`,
    {},
    "GET /things, 200: may now be text/csv",
  ],
  [
    "a header that is gone",
    `${THINGS}/get/responses/200/headers`,
    {},
    "GET /things, 200, header X-Request-Id: is gone",
  ],
  ["an event's header that is gone", `${EVENT}/parameters`, [], "event thing.made, header Signature: is gone"],
  [
    "an event's header that may be missing",
    `${EVENT}/parameters/0/required`,
    false,
    "event thing.made, header Signature: may now be missing",
  ],
  ["an event's answer that is gone", `${EVENT}/responses`, { "200": {} }, "event thing.made, 2XX: is gone"],
])("%s is found", (_what, path, value, said) => {
  const released = path.endsWith("Unused") ? changed(RELEASED, path, {}) : RELEASED;
  expect(breakingChanges(released, changed(released, path, value))).toContain(said);
});

test.each<[what: string, path: string, value: unknown]>([
  ["nothing", "info", {}],
  ["a new path", "paths/~more", { get: { responses: {} } }],
  ["a new operation", `${THINGS}/put`, { responses: { "200": {} } }],
  ["a new event", "webhooks/thing.lost", { post: { responses: {} } }],
  ["a new server", "servers/2", { url: "https://api.example.com/v2" }],
  ["a new schema", "components/schemas/Other", { type: "string" }],
  ["other words", `${THINGS}/get/description`, "Said better."],
  ["other words of a scheme", "components/securitySchemes/key/description", "A secret key."],
  ["a further way to authenticate", `${THINGS}/get/security/1`, { cookie: [] }],
  ["no security any more", `${THINGS}/get/security`, []],
  ["a new parameter", `${THINGS}/get/parameters/2`, { name: "q", in: "query", schema: { type: "string" } }],
  ["a new body", `${THINGS}/delete/requestBody`, { content: {} }],
  ["a further type of body", `${THINGS}/post/requestBody/content/text~xml`, {}],
  ["a new way to fail", `${THINGS}/get/responses/409`, { description: "Not now." }],
  ["a new header of an answer", `${THINGS}/get/responses/200/headers/New`, { schema: { type: "string" } }],
  ["a new header of an event", `${EVENT}/parameters/1`, { name: "New", in: "header", schema: { type: "string" } }],
])("%s is no break", (_what, path, value) => {
  expect(breakingChanges(RELEASED, changed(RELEASED, path, value))).toEqual([]);
});

test("a document that has moved its schemas behind references, or out of them, is the same", () => {
  const inline = changed(
    RELEASED,
    `${THINGS}/post/requestBody/content/application~json/schema`,
    RELEASED.components.schemas.CreateThing,
  );
  expect(breakingChanges(RELEASED, inline)).toEqual([]);
  expect(breakingChanges(inline, RELEASED)).toEqual([]);
});

test("a reference that leads nowhere is an error and no silence", () => {
  const broken = changed(RELEASED, "components/schemas/Thing");
  expect(() => breakingChanges(RELEASED, broken)).toThrow("#/components/schemas/Thing leads nowhere");
});
