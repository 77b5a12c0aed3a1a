import { Problem } from "@nexbasira/core/contract/common.ts";
import type { z } from "zod";
import { ApiError } from "./api-error.ts";

export interface FetchJsonOptions<Schema extends z.ZodType> {
  /** What the answer must be; unknown members are dropped or refused as the schema says. */
  schema: Schema;
  /** GET without a body, POST with one, if not given. */
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Given up by the caller: the promise rejects with the signal's own reason, not with an ApiError. */
  signal?: AbortSignal;
  /** 15 seconds if not given. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;

/**
 * A request to our own server, with its cookies. Gives the parsed answer (`undefined` is what an empty one, such as a
 * 204, is parsed from); throws an ApiError for everything else.
 */
export async function fetchJson<Schema extends z.ZodType>(
  path: string,
  options: FetchJsonOptions<Schema>,
): Promise<z.infer<Schema>> {
  const { schema, body, headers, signal, timeoutMs = TIMEOUT_MS } = options;
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), timeoutMs);
  const giveUp = () => timer.abort();
  signal?.throwIfAborted();
  signal?.addEventListener("abort", giveUp);
  try {
    const response = await fetch(path, {
      method: options.method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      credentials: "same-origin",
      signal: timer.signal,
    });
    const text = await response.text();
    if (!response.ok) throw problemOf(response, text);
    return parseAnswer(response, text, schema);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    signal?.throwIfAborted();
    const code = timer.signal.aborted ? "timeout" : "network";
    throw new ApiError({ code, status: 0, title: code }, { cause: error });
  } finally {
    clearTimeout(timeout);
    signal?.removeEventListener("abort", giveUp);
  }
}

function parseAnswer<Schema extends z.ZodType>(response: Response, text: string, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(text === "" ? undefined : readJson(text));
  if (parsed.success) return parsed.data;
  throw new ApiError(
    { code: "bad_answer", status: response.status, title: "bad_answer", requestId: requestIdOf(response) },
    { cause: parsed.error },
  );
}

function problemOf(response: Response, text: string): ApiError {
  const problem = Problem.safeParse(readJson(text));
  if (!problem.success) {
    const title = response.statusText || String(response.status);
    return new ApiError({ code: "bad_answer", status: response.status, title, requestId: requestIdOf(response) });
  }
  const { code, title, detail, param, request_id } = problem.data;
  return new ApiError({ code, status: response.status, title, detail, param, requestId: request_id });
}

/** The text's JSON value; undefined where it is none, which the schema then judges. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function requestIdOf(response: Response): string | undefined {
  return response.headers.get("x-request-id") ?? undefined;
}
