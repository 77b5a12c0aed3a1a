import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { ProviderProblem } from "@nexbasira/core/contract/signing.ts";
import { listCredentials } from "@nexbasira/core/csc/csc-credentials.ts";
import { exchangeCode } from "@nexbasira/core/csc/csc-oauth.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { findByOAuthState, takeOAuthState } from "@nexbasira/core/database/provider-signatures.ts";
import { openProviderSecrets, sealProviderSecrets } from "@nexbasira/core/secrets/provider-secrets.ts";
import { openLink } from "../sessions/describe-link.ts";
import { offerCredentials } from "./choose-credential.ts";
import { allowSignature } from "./give-leave.ts";
import { hashOfState, OAUTH_RETURN } from "./go-to-provider.ts";
import { askProvider, openRequest, type ProviderContext } from "./provider-request.ts";

/** What a browser brings back from the service's page (RFC 6749, clauses 4.1.2 and 4.1.2.1). */
export interface Returned {
  state: string;
  code: string | undefined;
  error: string | undefined;
  /** The state that our cookie says this browser was sent with. */
  cookie: string | undefined;
  hostname: string;
}

/**
 * The person comes back from the service's page; answers where they go on. The service knows one address of ours: whoever
 * left from an organization's own host goes there first, where their cookie is. A state is good once, and in the browser
 * that was sent with it; whoever comes otherwise changes nothing.
 *
 * @throws {AppError} gone where nobody was sent with this state, or another browser was
 */
export async function returnFromProvider(context: ProviderContext, returned: Returned): Promise<string> {
  const { database, configuration, links } = context;
  const { state, code, error, cookie, hostname } = returned;
  const gone = () => new AppError("gone", "Nobody was sent to the signing service so.");
  const row = await findByOAuthState(database, hashOfState(state));
  const { way, ...kept } = row ? openProviderSecrets(configuration.masterKeys, row.secrets) : {};
  if (!way) throw gone();
  if (way.host !== null && way.host !== hostname) {
    const query = new URLSearchParams({
      state,
      ...(code !== undefined && { code }),
      ...(error !== undefined && { error }),
    });
    return `https://${way.host}${OAUTH_RETURN}?${query}`;
  }
  if (cookie !== state) throw gone();
  const opened = await openLink(context, way.token);
  const { service } = await openRequest(context, opened);
  const isFirst = await inTransaction(database, (transaction) => takeOAuthState(transaction, hashOfState(state)));
  if (!isFirst) throw gone();
  const { session } = opened;
  await askProvider(context, session, async () => {
    if (code === undefined) return problemOfError(error);
    const redirectUri = links.publicUrl + OAUTH_RETURN;
    const token = await exchangeCode(service, { code, codeVerifier: way.verifier, redirectUri });
    const secrets = sealProviderSecrets(configuration.masterKeys, {
      ...kept,
      token: { value: token.value, expires_at: token.expiresAt.toISOString() },
    });
    if (way.scope === "credential") await allowSignature(context, session, secrets);
    else await offerCredentials(context, session, await listCredentials(service, token, { userId: null }), secrets);
    return null;
  });
  return `/s/${way.token}`;
}

/** RFC 6749, clause 4.1.2.1: the person, or the service for them, said no; all else is not for them to mend. */
function problemOfError(error: string | undefined): ProviderProblem {
  return error === undefined || error === "access_denied" ? "refused" : "down";
}
