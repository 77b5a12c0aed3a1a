import { join } from "node:path";
import express, { Router } from "express";

const PAGES = {
  console: "console/index.html",
  docs: "docs/index.html",
  participant: "participant/index.html",
} as const;

/** The built pages: hashed assets for a year, the HTML itself always asked for again. */
export function pageRoutes(distribution: string): Router {
  const router = Router();
  router.use("/assets", express.static(join(distribution, "assets"), { immutable: true, maxAge: "1y", index: false }));
  const page = (name: keyof typeof PAGES) => (_request: express.Request, response: express.Response) => {
    response.sendFile(join(distribution, PAGES[name]), { headers: { "Cache-Control": "no-cache" } });
  };
  // Below the path of the pages that it opens, and so by the standard's rule for these only.
  router.get("/s/service-worker.js", (_request, response) => {
    response.sendFile(join(distribution, "participant/service-worker.js"), {
      headers: { "Cache-Control": "no-cache" },
    });
  });
  router.get("/s/:token", page("participant"));
  router.get("/s/:token/check", page("participant"));
  router.get("/signing/nowhere", page("participant"));
  router.get("/docs", page("docs"));
  router.get(["/", "/outbox", "/verify", "/console", "/console/*path"], page("console"));
  return router;
}
