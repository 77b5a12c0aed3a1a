import type { z } from "zod";
import type { ErrorCode } from "./errors.ts";
import type { Permission } from "./permission.ts";

/** What an operation answers when it went well. */
interface Answer {
  readonly status: 200 | 201 | 202 | 204 | 302;
  readonly description: string;
  /** Of a JSON answer; an operation without one writes its answer itself, as `mediaType` says. */
  readonly schema?: z.ZodType;
  readonly mediaType?: string;
  readonly example?: unknown;
}

/**
 * One call of an API: what it takes, what it answers, and the permission it asks for. Routes, authorization and the
 * OpenAPI document are all made from it.
 */
export interface Operation {
  readonly method: "get" | "post" | "patch" | "delete";
  /** An OpenAPI path template below the API's base path: `/sessions/{id}`. */
  readonly path: string;
  /** A second path of the same operation. */
  readonly alsoAt?: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly permission: Permission;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly bodyExample?: unknown;
  readonly answer: Answer;
  /** Beside those that any operation may answer. */
  readonly errors?: readonly ErrorCode[];
}

export type Operations = Readonly<Record<string, Operation>>;

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
export type QueryOf<Of extends Operation> = Parsed<Of["query"]>;
export type BodyOf<Of extends Operation> = Parsed<Of["body"]>;
/** What the answer's body is; never where the answer is not JSON. */
export type AnswerOf<Of extends Operation> = Of["answer"] extends { schema: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : never;

type ParameterNames<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | ParameterNames<Rest> : never;
export type ParametersOf<Of extends Operation> = Readonly<Record<ParameterNames<Of["path"]>, string>>;

/** Keeps an operation's own types: its path's parameters, its schemas. */
export function operation<const Of extends Operation>(of: Of): Of {
  return of;
}
