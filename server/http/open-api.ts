import { API_VERSION } from "@nexbasira/core/contract/api-version.ts";
import { AppError, ERROR_STATUS, type ErrorCode } from "@nexbasira/core/contract/errors.ts";
import type { Operation } from "@nexbasira/core/contract/operation.ts";
import { COMPONENTS } from "@nexbasira/core/contract/operations/components.ts";
import { PUBLIC_EVENTS } from "@nexbasira/core/contract/operations/public-events.ts";
import { PUBLIC_OPERATIONS } from "@nexbasira/core/contract/operations/public-operations.ts";
import { z } from "zod";
import { HEADERS, INTRODUCTION, PARAMETERS, SECURITY_SCHEMES, TAGS } from "./open-api-texts.ts";
import { toProblem } from "./problem.ts";

type Json = Record<string, unknown>;

/** What any operation may answer when it did not go well. */
const ALWAYS: readonly ErrorCode[] = [
  "validation_error",
  "authentication_error",
  "permission_denied",
  "rate_limited",
  "internal_error",
];
const WITH_BODY: readonly ErrorCode[] = ["payload_too_large"];
const WITH_IDEMPOTENCY: readonly ErrorCode[] = ["idempotency_in_progress", "idempotency_key_reused"];

const COMMON_HEADERS = ["X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"];

/** The public API as an OpenAPI 3.1.1 document: its public operations and its webhooks, from their own schemas. */
export function openApiDocument(publicUrl: string): Json {
  const paths: Record<string, Json> = {};
  for (const [name, operation] of Object.entries<Operation>(PUBLIC_OPERATIONS)) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describeOperation(name, operation) };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "NexBasira API",
      version: API_VERSION,
      description: INTRODUCTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [
      { url: `${publicUrl}/v1` },
      { url: `${publicUrl}/api/v1/public`, description: "The same by its longer path" },
    ],
    security: [{ apiKey: [] }],
    tags: TAGS,
    paths,
    webhooks: Object.fromEntries(
      Object.entries(PUBLIC_EVENTS).map(([type, event]) => [type, { post: describeEvent(type, event) }]),
    ),
    components: {
      schemas: componentSchemas(),
      responses: componentResponses(),
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function describeOperation(name: string, operation: Operation): Json {
  const { summary, description, tag, permission, body, bodyExample } = operation;
  const parameters = [
    ...pathParameters(operation.path),
    ...queryParameters(operation.query),
    ...(operation.method === "post" ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
  ];
  const also = operation.alsoAt ? [`Also at \`${operation.alsoAt}\`.`] : [];
  return {
    operationId: name,
    tags: [tag],
    summary,
    description: [...(description ? [description] : []), ...also, `Needs the scope \`${permission}\`.`].join("\n\n"),
    security: [{ apiKey: [permission] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: describeBody(body, bodyExample) } : {}),
    responses: { [operation.answer.status]: describeAnswer(operation), ...describeErrors(operation) },
  };
}

function pathParameters(path: string): Json[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(query: z.ZodObject | undefined): Json[] {
  return Object.entries(query?.shape ?? {}).map(([name, field]) => {
    const { description, ...schema } = schemaOf(field);
    return { name, in: "query", required: !field.safeParse(undefined).success, description, schema };
  });
}

function describeBody(body: z.ZodType, example: unknown): Json {
  const required = !body.safeParse(undefined).success;
  const content = { schema: referenceTo(body), ...(example === undefined ? {} : { example }) };
  return { required, content: { "application/json": content } };
}

function describeAnswer({ method, answer }: Operation): Json {
  const headers = headerReferences(
    ...COMMON_HEADERS,
    ...(method === "post" ? ["Idempotent-Replayed"] : []),
    ...(answer.status === 302 ? ["Location"] : []),
  );
  const { description, schema, mediaType, example } = answer;
  if (mediaType) return { description, headers, content: { [mediaType]: { schema: { type: "string" } } } };
  if (!schema) return { description, headers };
  const content = { schema: referenceTo(schema), ...(example === undefined ? {} : { example }) };
  return { description, headers, content: { "application/json": content } };
}

/** Grouped by status; what can go wrong in the same ways is described once. */
function describeErrors(operation: Operation): Json {
  return Object.fromEntries(
    [...errorsByStatus(operation)].map(([status, codes]) => [
      status,
      { $ref: `#/components/responses/${responseName(codes)}` },
    ]),
  );
}

function errorsByStatus(operation: Operation): Map<number, ErrorCode[]> {
  const codes = new Set([
    ...ALWAYS,
    ...(operation.body ? WITH_BODY : []),
    ...(operation.method === "post" ? WITH_IDEMPOTENCY : []),
    ...(operation.errors ?? []),
  ]);
  return Map.groupBy(codes, (code) => ERROR_STATUS[code]);
}

function responseName(codes: readonly ErrorCode[]): string {
  return codes.join("_or_");
}

function componentResponses(): Json {
  const responses = new Map<string, Json>();
  for (const operation of Object.values<Operation>(PUBLIC_OPERATIONS)) {
    for (const [status, codes] of errorsByStatus(operation)) {
      responses.set(responseName(codes), {
        description: codes.map((code) => `\`${code}\``).join(" or "),
        headers: headerReferences(...COMMON_HEADERS, ...(status === 429 ? ["Retry-After"] : [])),
        content: {
          "application/problem+json": {
            schema: { $ref: "#/components/schemas/Problem" },
            examples: Object.fromEntries(codes.map((code) => [code, { value: problemExample(code) }])),
          },
        },
      });
    }
  }
  return Object.fromEntries(responses);
}

function problemExample(code: ErrorCode): Json {
  const example =
    code === "validation_error"
      ? new AppError(code, "participant.phone: is required when channel is sms", { param: "participant.phone" })
      : new AppError(code, "What happened, in one sentence.");
  return toProblem(example, "req_01KS7A3VJ8Q4M2X6TB9ZC5RDHW");
}

function describeEvent(type: string, { summary, data, example }: (typeof PUBLIC_EVENTS)["webhook.test"]): Json {
  const envelope = {
    id: "evt_01KS7C1HZ3V9M0TQ4EXW7RB5CN",
    type,
    created_at: "2026-05-23T11:42:15Z",
    org_id: 7,
    sequence: type === "webhook.test" ? null : 3,
    data: example,
  };
  return {
    operationId: `on.${type}`,
    tags: ["Events"],
    summary: type,
    description: `${summary}.`,
    security: [],
    parameters: [{ $ref: "#/components/parameters/Signature" }, { $ref: "#/components/parameters/EventId" }],
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: {
            allOf: [
              { $ref: "#/components/schemas/EventEnvelope" },
              { type: "object", properties: { type: { const: type }, data: referenceTo(data) } },
            ],
          },
          example: envelope,
        },
      },
    },
    responses: { "2XX": { description: "Received. Anything else, or nothing within 30 seconds, is tried again." } },
  };
}

function headerReferences(...names: string[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

const NAMES = new Map<z.ZodType, string>(Object.entries(COMPONENTS).map(([name, schema]) => [schema, name]));

/** A named schema by its name; another one as it is. */
function referenceTo(schema: z.ZodType): Json {
  const plain = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  const name = plain instanceof z.ZodType ? NAMES.get(plain) : undefined;
  return name ? { $ref: `#/components/schemas/${name}` } : schemaOf(schema);
}

/**
 * Schemas as a request sends them. Answers are described the same way: a member that is not listed may come in an answer
 * some day, and only what a request may hold is closed.
 */
const INPUT = {
  io: "input",
  // zod writes the range of safe integers at every integer that has no other: it says nothing about the field.
  override: ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) => {
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  },
} as const;

function schemaOf(schema: z.ZodType): Json {
  const { $schema, ...json } = z.toJSONSchema(schema, INPUT);
  return json;
}

function componentSchemas(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(COMPONENTS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { ...INPUT, uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([name, { $schema, $id, id, ...schema }]) => [name, schema]));
}
