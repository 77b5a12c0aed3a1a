import { JoinRequest } from "@nexbasira/core/contract/join.ts";
import { Router } from "express";
import type { ServerContext } from "../context.ts";
import { parse } from "../http/problem.ts";
import { describeLink, openLink } from "./describe-link.ts";
import { enterByLink } from "./enter-session.ts";
import { openCheckByLink } from "./open-check.ts";
import { giveCopy } from "./participant-copy.ts";

/** What the participant's page asks: the link is the credential. */
export function joinRoutes(context: ServerContext): Router {
  const router = Router();

  router.get("/join/:token", async (request, response) => {
    response.set("Cache-Control", "no-store");
    response.json(await describeLink(context, await openLink(context, request.params.token)));
  });

  router.get("/join/:token/copy", async (request, response) => {
    response.set("Cache-Control", "no-store");
    response.redirect(await giveCopy(context, await openLink(context, request.params.token)));
  });

  router.post("/join/:token/check", async (request, response) => {
    await context.limitRequests(request, response, undefined);
    response.set("Cache-Control", "no-store");
    response.json(await openCheckByLink(context, await openLink(context, request.params.token)));
  });

  router.post("/join/:token", async (request, response) => {
    const opened = await openLink(context, request.params.token);
    response.json(await enterByLink(context, opened, parse(JoinRequest, request.body)));
  });

  return router;
}
