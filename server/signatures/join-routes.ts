import { closeSignatureRequest } from "@nexbasira/core/actions/close-signature-request.ts";
import { NoBody } from "@nexbasira/core/contract/common.ts";
import { ConfirmCode } from "@nexbasira/core/contract/signing.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { Router } from "express";
import type { ServerContext } from "../context.ts";
import { parse } from "../http/problem.ts";
import { openLink } from "../sessions/describe-link.ts";
import { confirmCodeOf } from "./confirm-code.ts";
import { describeSigning } from "./describe-signing.ts";
import { giveDocument } from "./give-document.ts";
import { sendCode } from "./send-code.ts";
import { signerOf } from "./signer-of.ts";

/** How a participant signs: the join link is the credential, and a code that went another way is asked for on top. */
export function signingRoutes(context: ServerContext): Router {
  const router = Router();
  const { database } = context;
  const describe = async (token: string) => describeSigning(database, await openLink(context, token));

  router.get("/join/:token/signing", async (request, response) => {
    response.set("Cache-Control", "no-store");
    response.json(await describe(request.params.token));
  });

  router.get("/join/:token/signing/document", async (request, response) => {
    response.set("Cache-Control", "no-store");
    response.redirect(await giveDocument(context, await openLink(context, request.params.token)));
  });

  router.post("/join/:token/signing/codes", async (request, response) => {
    await context.limitRequests(request, response, undefined);
    parse(NoBody, request.body);
    const opened = await openLink(context, request.params.token);
    const signer = await signerOf(database, opened, { byCode: true });
    await inTransaction(database, (transaction) => sendCode(context, transaction, opened.session.id, signer));
    response.status(201).json(await describe(opened.token));
  });

  router.post("/join/:token/signing/confirmation", async (request, response) => {
    await context.limitRequests(request, response, undefined);
    const opened = await openLink(context, request.params.token);
    const outcome = await confirmCodeOf(context, opened, parse(ConfirmCode, request.body));
    response.json({ outcome, signing: await describe(opened.token) });
  });

  router.post("/join/:token/signing/refusal", async (request, response) => {
    await context.limitRequests(request, response, undefined);
    parse(NoBody, request.body);
    const opened = await openLink(context, request.params.token);
    const { participant_id, purpose } = await signerOf(database, opened, { byCode: false });
    if (purpose === "document") {
      const actor = { type: "participant", id: participant_id } as const;
      await inTransaction(database, (transaction) =>
        closeSignatureRequest(context, transaction, opened.session, { as: "refused", actor }),
      );
    }
    response.json(await describe(opened.token));
  });

  return router;
}
