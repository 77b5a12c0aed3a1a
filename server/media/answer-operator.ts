import type { IncomingMessage, ServerResponse } from "node:http";
import type { Database } from "@nexbasira/core/database/database.ts";
import { ping } from "@nexbasira/core/database/ping.ts";
import type { MediaMetricsRegistry } from "./media-metrics.ts";

export interface OperatorContext {
  database: Database;
  metrics: MediaMetricsRegistry;
  /** Whether rooms can be made now. */
  ready: () => boolean;
}

/** `/healthz`, `/readyz` and `/metrics` of a media node; everything else is not found. */
export function answerOperator(context: OperatorContext): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answer(context, request.url ?? "/").then(
      ({ status, type, body }) => response.writeHead(status, { "content-type": type }).end(body),
      // The metrics of a worker that has just died cannot be read.
      () => response.writeHead(503).end(),
    );
  };
}

async function answer({ database, metrics, ready }: OperatorContext, url: string) {
  const text = (status: number, body: string) => ({ status, type: "text/plain; charset=utf-8", body: `${body}\n` });
  switch (url.split("?")[0]) {
    case "/healthz":
      return text(200, "ok");
    case "/readyz":
      return ready() && (await ping(database)) ? text(200, "ready") : text(503, "not ready");
    case "/metrics":
      return { status: 200, type: metrics.contentType, body: await metrics.read() };
    default:
      return text(404, "not found");
  }
}
