import { AppError } from "@nexbasira/core/contract/errors.ts";
import type {
  AnswerOf,
  BodyOf,
  Operation,
  Operations,
  ParametersOf,
  QueryOf,
} from "@nexbasira/core/contract/operation.ts";
import { type NextFunction, type Request, type Response, Router } from "express";
import { type AuthenticationContext, type Caller, requirePermission } from "./authenticate.ts";
import { answerOnce, type IdempotencyContext, type Work } from "./idempotency.ts";
import type { LimitRequests } from "./limit-requests.ts";
import { parse } from "./problem.ts";
import { readJson } from "./read-json.ts";

/** A call that is authenticated, permitted and parsed. */
interface Call<Of extends Operation, Who extends Caller = Caller> {
  request: Request;
  response: Response;
  caller: Who;
  params: ParametersOf<Of>;
  query: QueryOf<Of>;
  body: BodyOf<Of>;
}

/**
 * What an operation does. A POST gives its effect, which runs in one transaction with the caller's idempotency key; any
 * other gives its answer's body, or writes to the response where the answer is not JSON.
 */
type Handler<Of extends Operation, Who extends Caller> = Of["method"] extends "post"
  ? (call: Call<Of, Who>) => Work<AnswerOf<Of>> | Promise<Work<AnswerOf<Of>>>
  : Of["answer"] extends { schema: unknown }
    ? (call: Call<Of, Who>) => Promise<AnswerOf<Of>>
    : (call: Call<Of, Who>) => Promise<void>;

export type Handlers<All extends Operations, Names extends keyof All = keyof All, Who extends Caller = Caller> = {
  readonly [Name in Names]: Handler<All[Name], Who>;
};

type Context = AuthenticationContext & IdempotencyContext & { limitRequests: LimitRequests };
type Authenticate<Who extends Caller> = (context: Context, request: Request) => Promise<Who>;

/**
 * Every operation at its path, in this order: who calls (401), how often (429), whether they may (403), whether it can be
 * read (400), then its handler. A path that has operations answers 405 to other methods.
 */
export function operationRouter<All extends Operations, Who extends Caller>(
  context: Context,
  operations: All,
  handlers: Handlers<All, keyof All, Who>,
  authenticate: Authenticate<Who>,
): Router {
  const router = Router();

  /** The caller, within their limits. Who they are stands in the request's log line. */
  async function admit(request: Request, response: Response): Promise<Who> {
    const caller = await authenticate(context, request).catch(async (error: unknown) => {
      await context.limitRequests(request, response, undefined);
      throw error;
    });
    response.locals.orgId = caller.org_id;
    response.locals.actor = `${caller.actor.type}:${caller.actor.id}`;
    await context.limitRequests(request, response, caller);
    return caller;
  }

  const methods = new Map<string, string[]>();
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    const paths = [operation.path, ...(operation.alsoAt ? [operation.alsoAt] : [])].map(expressPath);
    for (const path of paths) methods.set(path, [...(methods.get(path) ?? []), operation.method.toUpperCase()]);
    const handle = handlers[name] as unknown as (call: Call<Operation, Who>) => Promise<unknown>;
    router[operation.method](paths, async (request: Request, response: Response) => {
      const caller = await admit(request, response);
      requirePermission(caller, operation.permission);
      if (operation.body) await readJson(request, response);
      const call = {
        request,
        response,
        caller,
        params: request.params as ParametersOf<Operation>,
        query: operation.query ? parse(operation.query, request.query) : undefined,
        body: operation.body ? parse(operation.body, request.body) : undefined,
      } as Call<Operation, Who>;
      const given = await handle(call);
      if (operation.method === "post") await answerOnce(context, call, operation.answer.status, given as Work<unknown>);
      else if (operation.answer.status === 204) response.status(204).end();
      else if (operation.answer.schema) response.status(operation.answer.status).json(given);
    });
  }
  // The path without a parameter first: `/webhook-events/resend` is also one of `/webhook-events/:id`.
  const parameters = (path: string) => path.split(":").length;
  for (const [path, allowed] of [...methods].sort(([one], [other]) => parameters(one) - parameters(other))) {
    router.all(path, async (request, response) => {
      await admit(request, response);
      response.set("Allow", allowed.join(", "));
      throw new AppError("method_not_allowed", `This path answers ${allowed.join(", ")}.`);
    });
  }
  // What is not there is only told to those who may ask.
  router.use(async (request: Request, response: Response, next: NextFunction) => {
    await admit(request, response);
    next();
  });
  return router;
}

/** `/whiteboards/{id}.svg` as Express writes it. */
function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}
