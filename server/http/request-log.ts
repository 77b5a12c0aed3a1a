import { newId } from "@nexbasira/core/contract/ids.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import type { Request, RequestHandler } from "express";
import { Histogram, type Registry } from "prom-client";

/** Paths hold tokens after these segments, which Express matches in any case; a log line never does. */
const SECRET_SEGMENT = /^(\/(?:s|join|files|bundles|auth\/reset-password)\/)[^/]+/i;

/** A request's path as it may be logged: without its query and without tokens. */
export function loggedPath(request: Request): string {
  return (request.originalUrl.split("?")[0] ?? "").replace(SECRET_SEGMENT, "$1…");
}

/** Gives each request its id (`X-Request-Id`), one log line, and a place in the histogram. */
export function requestLog(log: Logger, registry: Registry): RequestHandler {
  const durations = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time until the answer was sent",
    labelNames: ["method", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  return (request, response, next) => {
    const started = performance.now();
    const requestId = newId("request");
    response.locals.requestId = requestId;
    response.set("X-Request-Id", requestId);
    response.on("close", () => {
      const ms = performance.now() - started;
      durations.observe({ method: request.method, status: response.statusCode }, ms / 1000);
      log.info(
        {
          request_id: requestId,
          method: request.method,
          path: loggedPath(request),
          status: response.statusCode,
          ms: Math.round(ms * 10) / 10,
          org_id: response.locals.orgId,
          actor: response.locals.actor,
          code: response.locals.errorCode,
          aborted: !response.writableFinished || undefined,
        },
        "request",
      );
    });
    next();
  };
}
