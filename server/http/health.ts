import { answerOperator, type OperatorContext } from "@nexbasira/core/process/answer-operator.ts";
import { Router } from "express";

/**
 * `/healthz`, `/readyz` and `/metrics`. Once the process is stopping, every answer of the server closes its connection:
 * a client that keeps one busy would keep the process alive.
 */
export function healthRoutes(context: OperatorContext): Router {
  const router = Router();
  router.use((_request, response, next) => {
    if (!context.ready()) response.set("Connection", "close");
    next();
  });
  router.get(["/healthz", "/readyz", "/metrics"], answerOperator(context));
  return router;
}
