import { certificateDer } from "@nexbasira/core/authority/certificate.ts";
import type { DevelopmentAuthority } from "@nexbasira/core/authority/development-authority.ts";
import { DEVELOPMENT_PATHS } from "@nexbasira/core/authority/development-paths.ts";
import { issueRevocationList } from "@nexbasira/core/authority/issue-revocation-list.ts";
import { answerOcspRequest } from "@nexbasira/core/authority/ocsp-responder.ts";
import { answerTimeStampRequest } from "@nexbasira/core/authority/time-stamp-authority.ts";
import express, { type Request, Router } from "express";

/**
 * The development authority over HTTP, in development mode only: its TSA (RFC 3161, section 3.4), its OCSP responder
 * (RFC 6960, appendix A.1), its revocation list and its certificate. It has never revoked anything.
 */
export function developmentAuthorityRoutes(authority: DevelopmentAuthority): Router {
  const { timeStampAuthority, ocspResponder } = authority;
  const router = Router();
  const query = express.raw({ type: "application/timestamp-query", limit: "64kb" });
  router.post(DEVELOPMENT_PATHS.tsa, query, async (request, response) => {
    const reply = await answerTimeStampRequest(timeStampAuthority, bodyOf(request));
    response.type("application/timestamp-reply").send(Buffer.from(reply));
  });
  const question = express.raw({ type: "application/ocsp-request", limit: "64kb" });
  router.post(DEVELOPMENT_PATHS.ocsp, question, async (request, response) => {
    const reply = await answerOcspRequest({ responder: ocspResponder, statusOf: () => "good" }, bodyOf(request));
    response.type("application/ocsp-response").send(Buffer.from(reply));
  });
  router.get(DEVELOPMENT_PATHS.crl, async (_request, response) => {
    response.type("application/pkix-crl").send(Buffer.from(await issueRevocationList(authority.authority, [])));
  });
  router.get(DEVELOPMENT_PATHS.issuer, (_request, response) => {
    response.type("application/pkix-cert").send(Buffer.from(certificateDer(authority.authority.certificate)));
  });
  return router;
}

function bodyOf({ body }: Request): Uint8Array<ArrayBuffer> {
  const bytes: unknown = body;
  return new Uint8Array(Buffer.isBuffer(bytes) ? bytes : []);
}
