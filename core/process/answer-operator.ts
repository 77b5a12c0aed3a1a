import type { IncomingMessage, ServerResponse } from "node:http";
import type { Database } from "../database/database.ts";
import { ping } from "../database/ping.ts";

export interface OperatorContext {
  database: Database;
  /** Prometheus text. */
  metrics: { contentType: string; metrics: () => Promise<string> };
  /** Whether it can take work now. */
  ready: () => boolean;
}

/** `/healthz`: the process answers. `/readyz`: it can do its work. `/metrics`: Prometheus. Everything else is not found. */
export function answerOperator(context: OperatorContext): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answer(context, request.url ?? "/").then(
      ({ status, type, body }) => response.writeHead(status, { "content-type": type }).end(body),
      // What is measured may be gone: a mediasoup worker that has just died.
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
      return { status: 200, type: metrics.contentType, body: await metrics.metrics() };
    default:
      return text(404, "not found");
  }
}
