import type { Database } from "@nexbasira/core/database/database.ts";
import { ping } from "@nexbasira/core/database/ping.ts";
import { Router } from "express";
import type { Registry } from "prom-client";

/**
 * `/healthz`: the process answers. `/readyz`: it can do its work. `/metrics`: Prometheus text format. Once it is
 * stopping, every answer closes its connection: a client that keeps one busy would keep the process alive.
 */
export function healthRoutes(database: Database, registry: Registry, isStopping: () => boolean): Router {
  const router = Router();
  router.use((_request, response, next) => {
    if (isStopping()) response.set("Connection", "close");
    next();
  });
  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", async (_request, response) => {
    const ready = !isStopping() && (await ping(database));
    response.status(ready ? 200 : 503).json({ status: ready ? "ready" : "not ready" });
  });
  router.get("/metrics", async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}
