import { AppError } from "@nexbasira/core/contract/errors.ts";
import express, { type Express, type NextFunction, type Request, type Response, type Router } from "express";
import helmet from "helmet";
import type { Registry } from "prom-client";
import { developmentOutbox } from "../console/development-outbox.ts";
import type { SessionStream } from "../console/session-stream.ts";
import type { ServerContext } from "../context.ts";
import { bundleRoutes } from "../evidence/bundle/bundle-routes.ts";
import { fileRoutes } from "../evidence/file-routes.ts";
import { authenticationHandler } from "../identity/authentication.ts";
import { sandboxRoutes } from "../sandbox/routes.ts";
import { joinRoutes } from "../sessions/join-routes.ts";
import { signingRoutes } from "../signatures/join-routes.ts";
import { providerRoutes } from "../signatures/provider-routes.ts";
import { consoleApi, publicApi } from "./apis.ts";
import { problemHandler } from "./problem.ts";
import { readJson } from "./read-json.ts";
import { requestLog } from "./request-log.ts";

export interface AppParts {
  registry: Registry;
  stream: SessionStream;
  health: Router;
  uploads: Router;
  pages: Router;
  /** The development authority's TSA, in development mode. */
  developmentAuthority: Router | null;
  /** What the verification page is told of this server's own authorities. */
  verificationTrust: Router;
}

/** Every border of the HTTP server in the order in which a request meets them. */
export function createApp(context: ServerContext, parts: AppParts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", "loopback, linklocal, uniquelocal");
  app.set("query parser", "simple");
  app.use(parts.health);
  app.use(requestLog(context.log, parts.registry));
  app.use(securityHeaders(context.configuration.development));
  app.use(refuseNul);
  app.use(fileRoutes(context));
  app.use(bundleRoutes(context));
  app.use(parts.uploads);
  if (parts.developmentAuthority) app.use(parts.developmentAuthority);
  // better-auth reads the body itself.
  app.all("/auth/*path", limitBody, (request, response, next) => {
    authenticationHandler(context.authentication)(request, response).catch(next);
  });
  app.use(["/join", "/sandbox"], async (request, response, next) => {
    await readJson(request, response);
    next();
  });
  app.use(joinRoutes(context));
  app.use(signingRoutes(context));
  app.use(providerRoutes(context));
  app.use(sandboxRoutes(context));
  if (context.configuration.development) app.use(developmentOutbox(context));
  app.use("/console/api", consoleApi(context, parts.stream));
  app.use(parts.verificationTrust);
  app.use(parts.pages);
  app.use(["/v1", "/api/v1/public"], publicApi(context));
  app.use((request) => {
    throw new AppError("not_found", `Nothing answers ${request.method} here.`);
  });
  app.use(problemHandler(context.log));
  return app;
}

/** A text column holds no NUL, and nothing of ours has one in its name. */
function refuseNul(request: Request, _response: Response, next: NextFunction): void {
  const [path = "", query = ""] = request.url.split("?", 2);
  if (path.includes("%00")) throw new AppError("not_found", "Nothing has a name like this.");
  if (query.includes("%00")) throw new AppError("validation_error", "The query must not hold NUL.");
  next();
}

const AUTHENTICATION_BODY_BYTES = 64 * 1024;

/** better-auth would read a body of any size into memory. */
function limitBody(request: Request, _response: Response, next: NextFunction): void {
  const length = Number(request.get("content-length") ?? 0);
  if (length > AUTHENTICATION_BODY_BYTES || request.get("transfer-encoding") !== undefined) {
    throw new AppError("payload_too_large", "The body is larger than 64 KiB or does not say its length.");
  }
  next();
}

function securityHeaders(development: boolean) {
  return helmet({
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        // React and Radix place things by inline styles.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", "data:", "blob:"],
        fontSrc: ["'self'"],
        mediaSrc: ["'self'", "blob:"],
        connectSrc: ["'self'", "ws:", "wss:"],
        workerSrc: ["'self'", "blob:"],
        frameSrc: ["'self'", "blob:"],
        frameAncestors: ["'self'"],
        objectSrc: ["'self'"],
        upgradeInsecureRequests: null,
      },
    },
    // Development answers on http://localhost, where a pinned https would shut the newcomer out.
    strictTransportSecurity: development ? false : { maxAge: 31_536_000 },
    crossOriginEmbedderPolicy: false,
  });
}
