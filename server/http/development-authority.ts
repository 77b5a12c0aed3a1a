import { DEVELOPMENT_TSA_PATH } from "@nexbasira/core/authority/development-tsa-path.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { answerTimeStampRequest } from "@nexbasira/core/authority/time-stamp-authority.ts";
import express, { Router } from "express";

/** The development authority's TSA over HTTP (RFC 3161, section 3.4); in development mode only. */
export function developmentAuthorityRoutes(timeStampAuthority: SigningKey): Router {
  const router = Router();
  const body = express.raw({ type: "application/timestamp-query", limit: "64kb" });
  router.post(DEVELOPMENT_TSA_PATH, body, async (request, response) => {
    const query = new Uint8Array(Buffer.isBuffer(request.body) ? request.body : []);
    const reply = await answerTimeStampRequest(timeStampAuthority, query);
    response.type("application/timestamp-reply").send(Buffer.from(reply));
  });
  return router;
}
