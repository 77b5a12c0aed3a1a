import { AppError } from "@nexbasira/core/contract/errors.ts";
import { Router } from "express";
import type { ServerContext } from "../context.ts";
import { loadOutbox } from "./load-outbox.ts";

const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Development only: somebody at this very machine reads every organization's outbox without signing in, so that a
 * newcomer's first link is one click away. The host's name is checked too: a page elsewhere whose name was made to
 * resolve to this machine must not read it.
 */
export function developmentOutbox(context: ServerContext): Router {
  const router = Router();
  router.get("/development/outbox", async (request, response) => {
    const local = LOOPBACK.has(request.socket.remoteAddress ?? "") && LOCAL_HOST.test(request.get("host") ?? "");
    if (!local) throw new AppError("not_found", "Nothing answers here.");
    response.json(await loadOutbox(context, undefined));
  });
  return router;
}
