import { Language } from "@nexbasira/core/contract/common.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { ChooseCredential, ProviderLeave } from "@nexbasira/core/contract/signing.ts";
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import type { ServerContext } from "../context.ts";
import { parse } from "../http/problem.ts";
import { openLink } from "../sessions/describe-link.ts";
import { chooseByLogin, chooseCredential } from "./choose-credential.ts";
import { describeSigning } from "./describe-signing.ts";
import { askProviderForCode, giveLeave } from "./give-leave.ts";
import { goToProvider, OAUTH_RETURN } from "./go-to-provider.ts";
import { type Returned, returnFromProvider } from "./return-from-provider.ts";

const COOKIE = "nexbasira_signing";
const COOKIE_MS = 15 * 60_000;
/** Where whoever comes back by a way that leads nowhere is told so. */
const NOWHERE = "/signing/nowhere";

const Begin = z.strictObject({ language: Language });
const Return = z.object({
  state: z.string().min(1).max(200),
  code: z.string().max(4000).optional(),
  error: z.string().max(200).optional(),
});

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
    const body = parse(ChooseCredential, request.body);
    if ("login" in body) await chooseByLogin(context, opened, body.login);
    else await chooseCredential(context, opened, body.credential_id);
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
    const { language } = parse(Begin, request.body);
    const { url, state, host } = await goToProvider(context, opened, { language, hostname: request.hostname });
    response.cookie(COOKIE, state, {
      path: OAUTH_RETURN,
      httpOnly: true,
      // Comes along when the service's page leads back.
      sameSite: "lax",
      secure: host !== null || context.links.publicUrl.startsWith("https:"),
      maxAge: COOKIE_MS,
    });
    response.json({ url });
  });

  router.get(OAUTH_RETURN, async (request, response) => {
    await context.limitRequests(request, response, undefined);
    response.set({ "Cache-Control": "no-store", "Referrer-Policy": "no-referrer" });
    const { state, code, error } = parse(Return, request.query);
    const { hostname } = request;
    response.redirect(await backFrom(context, { state, code, error, hostname, cookie: cookieOf(request) }));
  });

  return router;
}

/** A person reads what comes of it: where nothing is signed by this way, a page says so. */
async function backFrom(context: ServerContext, returned: Returned): Promise<string> {
  try {
    return await returnFromProvider(context, returned);
  } catch (error) {
    if (error instanceof AppError && error.code === "gone") return NOWHERE;
    throw error;
  }
}

function cookieOf(request: Request): string | undefined {
  const pairs = (request.get("cookie") ?? "").split("; ");
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}
