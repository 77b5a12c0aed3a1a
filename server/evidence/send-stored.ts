import { pipeline } from "node:stream/promises";
import type { StoredContent } from "@nexbasira/core/storage/stored-content.ts";
import type { Request, Response } from "express";

/**
 * Answers with a stored file, or the part of it that is asked for (RFC 9110, section 14), or that nothing changed. Of
 * several ranges none is served alone: the whole file is. Resolves when all was sent or the other side has gone.
 */
export async function sendStored(
  request: Request,
  response: Response,
  content: StoredContent,
  sha256: string,
): Promise<void> {
  response.set({ "Accept-Ranges": "bytes", ETag: `"${sha256}"` });
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  const range = rangeOf(request, response, content.size);
  if (range === "unsatisfiable") {
    response.status(416).set("Content-Range", `bytes */${content.size}`).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: content.size };
  if (range) response.status(206).set("Content-Range", `bytes ${start}-${end - 1}/${content.size}`);
  response.set("Content-Length", String(end - start));
  if (request.method === "HEAD") response.end();
  else await pipeline(content.read(start, end), response);
}

/** From `start` to before `end`; undefined where the whole file is to be sent. */
function rangeOf(
  request: Request,
  response: Response,
  size: number,
): { start: number; end: number } | "unsatisfiable" | undefined {
  const condition = request.get("If-Range");
  if (condition !== undefined && condition !== response.get("ETag")) return undefined;
  const ranges = request.range(size, { combine: true });
  if (ranges === -1) return "unsatisfiable";
  if (ranges === undefined || ranges === -2 || ranges.type !== "bytes" || ranges.length !== 1) return undefined;
  const [range] = ranges;
  return range && { start: range.start, end: range.end + 1 };
}
