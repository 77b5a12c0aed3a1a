import { type Request, type RequestHandler, type Response, Router } from "express";
import type { ServerContext } from "../context.ts";
import { authenticate, type Caller } from "./authenticate.ts";

export interface CallerRequest {
  request: Request<Record<string, string>>;
  response: Response;
  caller: Caller;
}

type Handler = (call: CallerRequest) => Promise<void>;

/** A router whose handlers get the authenticated caller. Who they are stands in the request's log line. */
export function callerRouter(context: Pick<ServerContext, "database" | "authentication">) {
  const express = Router();
  const authenticated =
    (handler: Handler): RequestHandler<Record<string, string>> =>
    async (request, response) => {
      const caller = await authenticate(context, request as Request);
      response.locals.orgId = caller.org_id;
      response.locals.actor = `${caller.actor.type}:${caller.actor.id}`;
      await handler({ request, response, caller });
    };
  return {
    express,
    get: (path: string, handler: Handler) => express.get(path, authenticated(handler)),
    post: (path: string, handler: Handler) => express.post(path, authenticated(handler)),
    patch: (path: string, handler: Handler) => express.patch(path, authenticated(handler)),
    delete: (path: string, handler: Handler) => express.delete(path, authenticated(handler)),
  };
}
