import { createHash } from "node:crypto";
import { AppError, Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { ProviderCredential } from "@nexbasira/core/contract/signing.ts";
import { loadCredential } from "@nexbasira/core/csc/csc-credentials.ts";
import { beginOAuth } from "@nexbasira/core/csc/csc-oauth.ts";
import { openProviderAccess, type ProviderAccess } from "@nexbasira/core/csc/open-provider-access.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { advanceProviderSignature, putProviderSignature } from "@nexbasira/core/database/provider-signatures.ts";
import { sealProviderSecrets } from "@nexbasira/core/secrets/provider-secrets.ts";
import type { OpenedLink } from "../sessions/describe-link.ts";
import { findPrepared, openRequest, type ProviderContext } from "./provider-request.ts";

/** Where the service leads back to, on the public address: the one that is registered there. */
export const OAUTH_RETURN = "/signing/return";

/**
 * The person's way to the service's own page: to sign in there, or, once the report is prepared for a credential that is
 * used there, to give leave. The state comes back with the browser that was sent, which has it as a cookie, too.
 *
 * @param hostname the host that the person is at; an organization's own is where they come back to
 * @throws {AppError} gone; unavailable where the service cannot be asked
 */
export async function goToProvider(
  context: ProviderContext,
  opened: OpenedLink,
  { language, hostname }: { language: string; hostname: string },
): Promise<{ url: string; state: string; host: string | null }> {
  const { service } = await openRequest(context, opened);
  const { database, configuration, links, log } = context;
  const { session } = opened;
  const row = await findPrepared(context, session);
  const isLeave = row !== undefined && ProviderCredential.safeParse(row.credential).data?.mode === "oauth2code";
  const host = links.servesDomain(session.org_id, hostname) ? hostname : null;
  try {
    const access = isLeave ? await openProviderAccess(configuration, row.secrets) : null;
    const scope =
      access && isLeave
        ? { credential: await credentialOf(access, row.credential_id), data: row.data, description: session.reference }
        : "service";
    const redirectUri = links.publicUrl + OAUTH_RETURN;
    const { url, state, codeVerifier: verifier } = await beginOAuth(service, { redirectUri, language, scope });
    const way = { verifier, scope: isLeave ? "credential" : "service", token: opened.token, host } as const;
    const secrets = sealProviderSecrets(configuration.masterKeys, { ...access?.secrets, way });
    const change = { problem: null, oauth_state: hashOfState(state), secrets };
    await inTransaction(database, async (transaction) => {
      if (isLeave) await advanceProviderSignature(transaction, session.id, "prepared", change);
      else await putProviderSignature(transaction, { session_id: session.id, step: "begun", ...change });
    });
    return { url, state, host };
  } catch (error) {
    if (!(error instanceof Retryable) && !(error instanceof Permanent)) throw error;
    log.warn({ session_id: session.id, error: error.message }, "the remote signing service cannot be used");
    throw new AppError("unavailable", "The signing service does not answer now.", { cause: error });
  }
}

function credentialOf({ service, token }: ProviderAccess, id: string) {
  return loadCredential(service, token, id);
}

/** As the state is kept: whoever reads the database cannot come back with it. */
export function hashOfState(state: string): string {
  return createHash("sha256").update(state).digest("hex");
}
