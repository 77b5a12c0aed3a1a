import { AppError } from "@nexbasira/core/contract/errors.ts";
import { CreateSandbox, type Landing } from "@nexbasira/core/contract/sandbox.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { fromNodeHeaders } from "better-auth/node";
import { type Request, Router } from "express";
import type { ServerContext } from "../context.ts";
import { authenticateMember, isOwnPage } from "../http/authenticate.ts";
import { networkOf } from "../http/limit-requests.ts";
import { parse } from "../http/problem.ts";
import { createSandbox, LIMITS, type SandboxRefusal } from "./create-sandbox.ts";

type Context = Pick<ServerContext, "configuration" | "database" | "authentication" | "limitRequests">;

/** What the landing page asks. Where the sandbox is switched off, nothing answers `POST /sandbox`. */
export function sandboxRoutes(context: Context): Router {
  const { configuration, database, authentication } = context;
  const router = Router();

  router.get("/landing", async (request, response) => {
    response.set("Cache-Control", "no-store");
    response.json({
      sandbox: configuration.sandbox,
      development: configuration.development,
      public_url: configuration.publicUrl,
      signed_in: await signedIn(context, request),
    } satisfies Landing);
  });
  if (!configuration.sandbox) return router;

  router.post("/sandbox", async (request, response) => {
    await context.limitRequests(request, response, undefined);
    if (!isOwnPage(request)) {
      throw new AppError("permission_denied", "A sandbox is made on this server's own landing page.");
    }
    const body = parse(CreateSandbox, request.body);
    const network = networkOf(request.ip);
    const made = await inTransaction(database, (transaction) =>
      createSandbox(configuration, transaction, { network, request: body }),
    );
    if ("refused" in made) {
      response.set("Retry-After", String(made.retry_after_s));
      throw new AppError("rate_limited", refusalText(made));
    }
    const { headers } = await authentication.api.signInWithoutPassword({
      body: { user_id: made.user_id },
      headers: fromNodeHeaders(request.headers),
      returnHeaders: true,
    });
    response.append("Set-Cookie", headers.getSetCookie());
    response.set("Cache-Control", "no-store");
    response.status(201).json(made.sandbox);
  });
  return router;
}

/** Null for whoever is signed in as nobody, or belongs to no organization. */
async function signedIn(context: Context, request: Request): Promise<Landing["signed_in"]> {
  try {
    const { organization } = await authenticateMember(context, request);
    return { organization: organization.name, sandbox: organization.sandbox };
  } catch (error) {
    if (error instanceof AppError && error.status < 500) return null;
    throw error;
  }
}

function refusalText({ refused, retry_after_s }: SandboxRefusal): string {
  const who = refused === "address" ? "From one network" : "On this server";
  const hours = Math.ceil(retry_after_s / 3600);
  const wait = hours === 1 ? "an hour" : `${hours} hours`;
  return `${who}, ${LIMITS[refused]} sandboxes a day can be made, and they have been: try again in ${wait}.`;
}
