import { listOf, objectOf } from "./json.ts";

const CREATE_THING = {
  type: "object",
  properties: {
    name: { type: "string", minLength: 1, maxLength: 20, pattern: "^[a-z]+$" },
    kind: { type: "string", enum: ["small", "large"] },
    size: { type: "integer", minimum: 0, maximum: 100 },
    weight: { type: "number" },
    colour: { anyOf: [{ type: "string", maxLength: 10 }, { type: "null" }] },
    free: { type: "string" },
    at: { type: "string", format: "date-time" },
    tags: { type: "array", maxItems: 5, items: { type: "string", enum: ["a", "b"] } },
    labels: {
      type: "object",
      propertyNames: { type: "string", maxLength: 5 },
      additionalProperties: { type: "string", maxLength: 5 },
      maxProperties: 5,
    },
    inside: { type: "object", properties: { deep: { type: "boolean", default: true } }, additionalProperties: false },
  },
  required: ["name"],
  additionalProperties: false,
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema (Core 2020-12, section 10.2.2.2)
  allOf: [{ if: { properties: { kind: { const: "large" } } }, then: { required: ["size"] } }],
};

const THING = {
  type: "object",
  properties: {
    id: { type: "string", pattern: "^t" },
    kind: { type: "string", enum: ["small", "large"] },
    size: { type: "integer", minimum: 0, maximum: 100 },
    made_at: { type: "string", format: "date-time" },
    note: { anyOf: [{ type: "string" }, { type: "null" }] },
    always: { anyOf: [{ type: "string" }, { type: "null" }] },
    labels: { type: "object", additionalProperties: { type: "string" } },
    parent: { $ref: "#/components/schemas/Thing" },
  },
  required: ["id", "kind"],
};

/** A small API that has one of everything. */
export const RELEASED = {
  openapi: "3.1.1",
  servers: [{ url: "https://api.example.com/v1" }, { url: "https://api.example.com/long" }],
  security: [{ key: [] }],
  paths: {
    "/things": {
      get: {
        operationId: "listThings",
        security: [{ key: ["things:read"] }],
        parameters: [
          { name: "limit", in: "query", schema: { type: "integer", minimum: 1, maximum: 100, default: 25 } },
          { $ref: "#/components/parameters/Trace" },
        ],
        responses: {
          "200": {
            headers: { "X-Request-Id": { $ref: "#/components/headers/RequestId" } },
            content: {
              "application/json": { schema: { type: "array", items: { $ref: "#/components/schemas/Thing" } } },
            },
          },
          "404": { description: "None." },
        },
      },
      post: {
        operationId: "createThing",
        security: [{ key: ["things:write"] }],
        requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/CreateThing" } } } },
        responses: { "201": { content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } } } },
      },
      delete: { operationId: "deleteThings", responses: { "204": { description: "Gone." } } },
    },
  },
  webhooks: {
    "thing.made": {
      post: {
        operationId: "on.thing.made",
        security: [],
        parameters: [{ name: "Signature", in: "header", required: true, schema: { type: "string" } }],
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: {
                allOf: [
                  { $ref: "#/components/schemas/Envelope" },
                  { type: "object", properties: { data: { $ref: "#/components/schemas/Thing" } } },
                ],
              },
            },
          },
        },
        responses: { "2XX": { description: "Received." } },
      },
    },
  },
  components: {
    schemas: {
      Thing: THING,
      CreateThing: CREATE_THING,
      Envelope: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
    },
    parameters: { Trace: { name: "Trace", in: "header", required: false, schema: { type: "string", maxLength: 50 } } },
    headers: { RequestId: { schema: { type: "string" } } },
    securitySchemes: { key: { type: "http", scheme: "bearer", description: "A key." } },
  },
};

/** A copy with another value at the path (`a/b/0`, `~` for a slash inside a name); without one, what is there is gone. */
export function changed(value: unknown, path: string, other?: unknown): unknown {
  const [first = "", ...rest] = path.split("/");
  const name = first.replaceAll("~", "/");
  const below = rest.join("/");
  if (Array.isArray(value)) {
    const items = listOf(value).map((item, index) =>
      String(index) !== name ? item : below ? changed(item, below, other) : other,
    );
    return Number(name) === items.length ? [...items, other] : items.filter((item) => item !== undefined);
  }
  const { [name]: own, ...others } = objectOf(value);
  if (below) return { ...others, [name]: changed(own, below, other) };
  return other === undefined ? others : { ...others, [name]: other };
}
