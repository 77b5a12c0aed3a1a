import { AppError } from "@nexbasira/core/contract/errors.ts";
import express, { type Request, type Response } from "express";
import { toAppError } from "./problem.ts";

const parser = express.json({ limit: "1mb" });

/** `application/json` in UTF-8 (RFC 8259, section 8.1), said or not. */
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]+)/i;

/**
 * Reads the request's JSON, if it has any, into `request.body`: called where it is known that the caller may ask, so that
 * strangers make nobody parse. Throws `validation_error`, which names the header at fault, and `payload_too_large`.
 */
export async function readJson(request: Request, response: Response): Promise<void> {
  if (request.get("content-length") === "0") return;
  const charset = CHARSET.exec(request.get("content-type") ?? "")?.[1] ?? "utf-8";
  // False: there is a body of another type, which must not pass for none.
  if (request.is("application/json") === false || charset.toLowerCase() !== "utf-8") {
    throw new AppError("validation_error", "Content-Type must be application/json, in UTF-8.", {
      param: "Content-Type",
    });
  }
  await new Promise<void>((resolve, reject) => {
    parser(request, response, (error?: unknown) => (error ? reject(toReadError(request, error)) : resolve()));
  });
}

/** The parser knows of a compressed body only that it could not read it. */
function toReadError(request: Request, error: unknown): AppError {
  const known = toAppError(error);
  const isJson = known.code !== "validation_error" || request.get("content-encoding") === undefined;
  if (isJson || known.cause === undefined) return known;
  return new AppError("validation_error", "The body is not compressed as its Content-Encoding says.", {
    param: "Content-Encoding",
    cause: error,
  });
}
