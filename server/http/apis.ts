import { CONSOLE_OPERATIONS } from "@nexbasira/core/contract/operations/console-operations.ts";
import { PUBLIC_OPERATIONS } from "@nexbasira/core/contract/operations/public-operations.ts";
import { Router } from "express";
import { auditConsoleHandlers } from "../audit/console-routes.ts";
import { auditHandlers } from "../audit/routes.ts";
import { brandingHandlers } from "../branding/routes.ts";
import { consoleHandlers } from "../console/routes.ts";
import type { SessionStream } from "../console/session-stream.ts";
import type { ServerContext } from "../context.ts";
import { evidenceHandlers } from "../evidence/routes.ts";
import { apiKeyHandlers } from "../identity/api-key-routes.ts";
import { organizationConsoleHandlers, organizationHandlers } from "../organizations/routes.ts";
import { personHandlers } from "../people/routes.ts";
import { retentionHandlers } from "../retention/routes.ts";
import { sessionHandlers } from "../sessions/routes.ts";
import { signatureHandlers } from "../signatures/console-routes.ts";
import { webhookConsoleHandlers } from "../webhooks/console-routes.ts";
import { webhookHandlers } from "../webhooks/routes.ts";
import { whiteboardHandlers } from "../whiteboards/routes.ts";
import { authenticate, authenticateCookie } from "./authenticate.ts";
import { openApiDocument } from "./open-api.ts";
import { operationRouter } from "./operations.ts";

/** The public API below its base path, with its own description. By API key, or by a member's cookie. */
export function publicApi(context: ServerContext): Router {
  const router = Router();
  const document = JSON.stringify(openApiDocument(context.configuration.publicUrl));
  router.get("/openapi.json", async (request, response) => {
    await context.limitRequests(request, response, undefined);
    response.set("Access-Control-Allow-Origin", "*").type("application/json").send(document);
  });
  const handlers = {
    ...sessionHandlers(context),
    ...evidenceHandlers(context),
    ...whiteboardHandlers(context),
    ...webhookHandlers(context),
    ...auditHandlers(context),
    ...brandingHandlers(context),
    ...organizationHandlers(context),
  };
  return router.use(operationRouter(context, PUBLIC_OPERATIONS, handlers, authenticate));
}

/** What the console calls besides; by a member's cookie alone. */
export function consoleApi(context: ServerContext, stream: SessionStream): Router {
  const handlers = {
    ...consoleHandlers(context, stream),
    ...signatureHandlers(context),
    ...organizationConsoleHandlers(context),
    ...auditConsoleHandlers(context),
    ...retentionHandlers(context),
    ...personHandlers(context),
    ...apiKeyHandlers(context),
    ...webhookConsoleHandlers(context),
  };
  return operationRouter(context, CONSOLE_OPERATIONS, handlers, authenticateCookie);
}
