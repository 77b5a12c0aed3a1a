import { createHash, randomBytes } from "node:crypto";
import { HASH_ALGORITHMS } from "../authority/hash-algorithm.ts";
import { type CscClient, isPrivateWay } from "../configuration/signing-configuration.ts";
import { Permanent } from "../contract/errors.ts";
import type { CscCredential } from "./csc-credentials.ts";
import { AuthorizationServer, Info, Token } from "./csc-messages.ts";
import { askService } from "./csc-service.ts";

/** An access token: a secret. */
export interface CscToken {
  value: string;
  expiresAt: Date;
}

/** A person's way to the service's own page, where they sign in or approve a signature. */
export interface OAuthBeginning {
  /** Where the browser goes. */
  url: string;
  /** Comes back with the code; only the browser that was sent may bring it. */
  state: string;
  /** A secret to keep until the code comes (RFC 7636). */
  codeVerifier: string;
}

export interface OAuthRequest {
  /** Registered at the service beforehand; the code comes there. */
  redirectUri: string;
  /** RFC 5646. */
  language: string;
  /** To know the person and their credentials, or to allow the one signature of these bytes by this credential. */
  scope: "service" | { credential: CscCredential; data: Uint8Array; description: string };
}

/** What the service is and can do (CSC API v2, clause 11.1). @throws Retryable @throws CscRefusal */
export function readServiceInfo({ url }: CscClient): Promise<Info> {
  return askService({
    method: "info",
    url: `${url}/info`,
    token: null,
    body: { json: {} },
    answer: Info,
    secrets: [],
  });
}

/**
 * Begins the OAuth 2.0 authorization code flow with PKCE (clause 8.4.2): for `credential`, the hash goes with it, so that
 * what is approved is this document's signature and no other.
 *
 * @throws Retryable where the service cannot be asked
 * @throws Permanent where it has no authorization server, or one without TLS
 */
export async function beginOAuth(service: CscClient, request: OAuthRequest): Promise<OAuthBeginning> {
  const { authorize } = await findAuthorizationServer(service);
  const state = randomBytes(32).toString("base64url");
  const codeVerifier = randomBytes(32).toString("base64url");
  const url = new URL(authorize);
  const parameters = {
    response_type: "code",
    client_id: service.clientId,
    redirect_uri: request.redirectUri,
    code_challenge: createHash("sha256").update(codeVerifier).digest("base64url"),
    code_challenge_method: "S256",
    lang: request.language,
    state,
    ...(request.scope === "service" ? { scope: "service" } : credentialScope(request.scope)),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, state, codeVerifier };
}

function credentialScope({ credential, data, description }: Exclude<OAuthRequest["scope"], "service">) {
  const { hash } = credential.algorithm;
  return {
    scope: "credential",
    credentialID: credential.id,
    numSignatures: "1",
    hashes: createHash(hash).update(data).digest("base64url"),
    hashAlgorithmOID: HASH_ALGORITHMS[hash].oid,
    description: description.slice(0, 500),
  };
}

/**
 * The token for a code that came to the redirect URI with the right `state` (which the caller has compared).
 *
 * @throws CscRefusal with `authorization_ended` where the code was used or has ended
 * @throws Retryable where the service gives no answer: its code may be used up, so the person may have to begin again
 */
export function exchangeCode(
  service: CscClient,
  { code, codeVerifier, redirectUri }: { code: string; codeVerifier: string; redirectUri: string },
): Promise<CscToken> {
  return requestToken(
    service,
    { grant_type: "authorization_code", code, code_verifier: codeVerifier, redirect_uri: redirectUri },
    [code, codeVerifier],
  );
}

/** The application's own token (client credentials, scope `service`): no person takes part. */
export function requestApplicationToken(service: CscClient): Promise<CscToken> {
  return requestToken(service, { grant_type: "client_credentials", scope: "service" }, []);
}

async function requestToken(
  service: CscClient,
  form: Record<string, string>,
  secrets: readonly string[],
): Promise<CscToken> {
  const { token } = await findAuthorizationServer(service);
  const asked = Date.now();
  const { access_token, expires_in } = await askService({
    method: "oauth2/token",
    url: token,
    token: null,
    body: { form: { ...form, client_id: service.clientId, client_secret: service.clientSecret } },
    answer: Token,
    secrets: [service.clientSecret, ...secrets],
  });
  return { value: access_token, expiresAt: new Date(asked + expires_in * 1000) };
}

/** The two OAuth endpoints: below a base address (clause 8.4), or as the issuer's metadata has them (RFC 8414). */
async function findAuthorizationServer(service: CscClient): Promise<{ authorize: string; token: string }> {
  const { oauth2, oauth2Issuer } = await readServiceInfo(service);
  const { host } = new URL(service.url);
  if (oauth2 !== undefined) {
    const base = oauth2.replace(/\/+$/, "");
    // Services give it with the last part or without.
    const folder = base.endsWith("/oauth2") ? base : `${base}/oauth2`;
    return checked({ authorize: `${folder}/authorize`, token: `${folder}/token` }, host);
  }
  if (oauth2Issuer === undefined) throw new Permanent(`The signing service at ${host} has no OAuth 2.0 server`);
  if (!isPrivateWay(oauth2Issuer)) throw new Permanent(`The signing service at ${host} names an issuer without https`);
  const { origin, pathname } = new URL(oauth2Issuer);
  const metadata = await askService({
    method: "oauth-authorization-server",
    url: `${origin}/.well-known/oauth-authorization-server${pathname === "/" ? "" : pathname}`,
    token: null,
    body: null,
    answer: AuthorizationServer,
    secrets: [],
  });
  if (metadata.issuer !== oauth2Issuer) {
    throw new Permanent(`The metadata at ${origin} are another issuer's: ${JSON.stringify(metadata.issuer)}`);
  }
  return checked({ authorize: metadata.authorization_endpoint, token: metadata.token_endpoint }, host);
}

function checked(endpoints: { authorize: string; token: string }, host: string): typeof endpoints {
  if (Object.values(endpoints).every(isPrivateWay)) return endpoints;
  throw new Permanent(`The signing service at ${host} has an OAuth 2.0 server without https, which gets no secrets`);
}
