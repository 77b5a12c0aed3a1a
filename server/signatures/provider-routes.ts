import { Language } from "@nexbasira/core/contract/common.ts";
import { ProviderLeave, ProviderLogin } from "@nexbasira/core/contract/signing.ts";
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import type { ServerContext } from "../context.ts";
import { parse } from "../http/problem.ts";
import { openLink } from "../sessions/describe-link.ts";
import { describeSigning } from "./describe-signing.ts";
import {
  askProviderForCode,
  beginAtProvider,
  chooseByLogin,
  giveLeave,
  OAUTH_RETURN,
  returnFromProvider,
} from "./provider-signing.ts";

const COOKIE = "nexbasira_signing";
const COOKIE_MS = 15 * 60_000;

const Begin = z.strictObject({ language: Language });
const Return = z.object({ state: z.string().min(1).max(200), code: z.string().max(4000).optional() });

/** How a participant signs at a remote signing service: the join link is the credential here, their own one there. */
export function providerRoutes(context: ServerContext): Router {
  const router = Router();
  const { database } = context;
  const open = async (request: Request<{ token: string }>, response: Response) => {
    await context.limitRequests(request, response, undefined);
    return openLink(context, request.params.token);
  };

  router.post("/join/:token/signing/provider/credential", async (request, response) => {
    const opened = await open(request, response);
    await chooseByLogin(context, opened, parse(ProviderLogin, request.body).login);
    response.json(await describeSigning(database, opened));
  });

  router.post("/join/:token/signing/provider/code", async (request, response) => {
    const opened = await open(request, response);
    await askProviderForCode(context, opened);
    response.json(await describeSigning(database, opened));
  });

  router.post("/join/:token/signing/provider/leave", async (request, response) => {
    const opened = await open(request, response);
    await giveLeave(context, opened, parse(ProviderLeave, request.body));
    response.json(await describeSigning(database, opened));
  });

  router.post("/join/:token/signing/provider/way", async (request, response) => {
    const opened = await open(request, response);
    const { url, state } = await beginAtProvider(context, opened, parse(Begin, request.body).language);
    response.cookie(COOKIE, state, {
      path: OAUTH_RETURN,
      httpOnly: true,
      // Comes along when the service's page leads back.
      sameSite: "lax",
      secure: context.links.publicUrl.startsWith("https:"),
      maxAge: COOKIE_MS,
    });
    response.json({ url });
  });

  router.get(OAUTH_RETURN, async (request, response) => {
    await context.limitRequests(request, response, undefined);
    response.set({ "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" });
    const { state, code } = parse(Return, request.query);
    response.clearCookie(COOKIE, { path: OAUTH_RETURN });
    response.redirect(await returnFromProvider(context, { state, code, cookie: cookieOf(request) }));
  });

  return router;
}

function cookieOf(request: Request): string | undefined {
  const pairs = (request.get("cookie") ?? "").split("; ");
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}
