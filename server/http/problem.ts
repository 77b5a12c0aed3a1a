import { AppError, type ErrorCode } from "@nexbasira/core/contract/errors.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import type { ErrorRequestHandler, Request, Response } from "express";
import { z } from "zod";
import { loggedPath } from "./request-log.ts";

const TITLES: Record<ErrorCode, string> = {
  validation_error: "The request is not valid",
  authentication_error: "Authentication failed",
  permission_denied: "Permission denied",
  not_found: "Not found",
  method_not_allowed: "Method not allowed",
  conflict: "Conflict with the current state",
  endpoint_paused: "The endpoint is paused",
  idempotency_in_progress: "The first request with this key is still running",
  legal_hold: "The session is under a legal hold",
  gone: "No longer available",
  evidence_deleted: "The content is deleted",
  payload_too_large: "The payload is too large",
  unsupported_media: "This kind of content is not accepted",
  idempotency_key_reused: "The idempotency key was used with another request",
  hash_mismatch: "The content does not match its hash",
  rate_limited: "Too many requests",
  quota_exceeded: "Quota exceeded",
  internal_error: "Internal error",
  unavailable: "Temporarily unavailable",
};

/** RFC 9457 problem details of an error, as they may be shown to anybody. */
export function toProblem(error: AppError, requestId: string) {
  return {
    type: `https://nexbasira.com/problems/${error.code}`,
    title: TITLES[error.code],
    status: error.status,
    detail: error.message,
    code: error.code,
    ...(error.param === undefined ? {} : { param: error.param }),
    request_id: requestId,
  };
}

/** A border's parse: the first wrong field is named as a path (`participant.phone`). */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw toValidationError(parsed.error);
}

function toValidationError(error: z.ZodError): AppError {
  const [issue] = error.issues;
  if (!issue) return new AppError("validation_error", "The request is not valid.");
  const unknown = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const path = [...issue.path, ...(unknown === undefined ? [] : [unknown])].map(shorten).join(".");
  const what = unknown === undefined ? issue.message : "is not a field of this request";
  return new AppError("validation_error", path ? `${path}: ${what}` : what, path ? { param: path } : {});
}

const MOST_NAME_CHARACTERS = 100;

/** A name as it came, unless it is so long that nobody would read it: the answer must not be larger than the request. */
function shorten(name: PropertyKey): string {
  const text = String(name);
  return text.length > MOST_NAME_CHARACTERS ? `${text.slice(0, MOST_NAME_CHARACTERS).toWellFormed()}…` : text;
}

/** What body parsers and Express itself throw: an error with a status below 500 and a type. */
const ParserError = z.object({ status: z.number().int().min(400).max(499), type: z.string().optional() });

/** Any error as one that may be answered; what nobody expected is `internal_error`, with its cause. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const parser = ParserError.safeParse(error);
  if (!parser.success) return new AppError("internal_error", "Something went wrong on the server.", { cause: error });
  if (parser.data.status === 413) return new AppError("payload_too_large", "The body is larger than 1 MiB.");
  if (parser.data.status === 404) return new AppError("not_found", "There is nothing here.", { cause: error });
  if (parser.data.type === "entity.parse.failed")
    return new AppError("validation_error", "The body is not valid JSON.");
  return new AppError("validation_error", "The request could not be read.", { cause: error });
}

/** Answers every error; what is not the caller's fault is logged with its cause. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, request: Request, response: Response, next) => {
    const known = toAppError(error);
    if (known.status >= 500) {
      log.error(
        { request_id: response.locals.requestId, path: loggedPath(request), err: known.cause ?? known },
        "request failed",
      );
    }
    if (response.headersSent) {
      next(error);
      return;
    }
    response.locals.errorCode = known.code;
    response
      .status(known.status)
      .type("application/problem+json")
      .send(JSON.stringify(toProblem(known, String(response.locals.requestId))));
  };
}
