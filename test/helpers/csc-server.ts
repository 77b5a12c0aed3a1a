import { createHash, randomBytes, randomInt } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { certificateDer } from "@nexbasira/core/authority/certificate.ts";
import type * as pkijs from "pkijs";
import {
  type CscCredentialSetting,
  type CscTestCredential,
  describeAuthorization,
  makeCscCredential,
  SIGN_ALGORITHMS,
} from "./csc-credential.ts";
import { signDigest } from "./sign-digest.ts";
import { makeTestAuthority, type TestAuthority } from "./test-authority.ts";

/** How the server misbehaves; each until it is set again. */
export type CscFault =
  /** Connections are cut off. */
  | "down"
  /** No answer ever comes. */
  | "slow"
  /** Status 503, as the API says it. */
  | "overloaded"
  /** A proxy's page, with status 200. */
  | "html"
  /** More than anybody reads. */
  | "endless"
  /** Names an OAuth server without TLS, somewhere else. */
  | "plain-oauth"
  /** Its OAuth server's metadata are another issuer's. */
  | "other-issuer"
  /** `signHash` signs another hash than the one it was given. */
  | "other-hash"
  /** A credential comes with the chain of another certificate. */
  | "other-chain"
  /** A credential's certificate has a byte flipped at random. */
  | "broken-certificate"
  /** Its own page leads back with an error. */
  | "page-error"
  /** `credentials/authorize` gives a SAD that has ended. */
  | "expired-sad"
  /** Says back all that it was told, in its refusals of signatures. */
  | "talkative";

interface Grant {
  scope: "service" | "credential";
  userId: string | null;
  credentialId: string | null;
  hashes: string[];
}

interface Sad {
  credentialId: string;
  hashes: string[];
  ends: number;
  used: boolean;
}

export const CSC_CLIENT = { clientId: "nexbasira", clientSecret: "client-secret-of-the-test" } as const;
export const CSC_PIN = "918273";
export const CSC_PASSWORD = "password-of-the-person";

/** Wrong answers after which a credential is locked. */
const MAX_WRONG_TRIES = 3;
/** What is answered: a status, and JSON. */
interface Answer {
  status: number;
  json?: unknown;
  location?: string;
  html?: string;
}

class Refusal extends Error {
  readonly answer: Answer;

  constructor(error: string, error_description: string, status = 400) {
    super(error);
    this.answer = { status, json: { error, error_description } };
  }
}

/**
 * A remote signing service by CSC API v2 for tests, with an OAuth 2.0 server and its login page: real keys and
 * certificates, hashes bound to what allows their signing, a lock after wrong codes. It can be told to fail.
 */
export class CscServer {
  readonly authority: TestAuthority;
  /** Every method that was asked for, in order. */
  readonly asked: string[] = [];
  /** What the person got by SMS: the last code. */
  sentCode: string | null = null;
  fault: CscFault | null = null;
  /** Whether it names its OAuth server by the issuer (RFC 8414), not by the base address. */
  namesIssuer = false;
  /** Whether `credentials/list` answers with the ids alone. */
  listsIdsAlone = false;
  /** Of tokens, in seconds. */
  tokenLifetime = 3600;
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  readonly #credentials: Map<string, CscTestCredential>;
  readonly #redirectUris: Set<string>;
  readonly #codes = new Map<string, Grant & { challenge: string; redirectUri: string }>();
  readonly #tokens = new Map<string, Grant & { ends: number }>();
  readonly #sads = new Map<string, Sad>();
  readonly #handles = new Map<string, { credentialId: string; hashes: string[]; allowed: boolean }>();

  private constructor(
    authority: TestAuthority,
    credentials: Map<string, CscTestCredential>,
    redirectUris: readonly string[],
  ) {
    this.authority = authority;
    this.#credentials = credentials;
    this.#redirectUris = new Set(redirectUris);
  }

  /** Starts it on a free port of this machine. */
  static async start(settings: {
    credentials: readonly CscCredentialSetting[];
    /** Where codes may go. */
    redirectUris?: readonly string[];
    authority?: TestAuthority;
  }): Promise<CscServer> {
    const authority = settings.authority ?? (await makeTestAuthority("Trust service"));
    const credentials = new Map<string, CscTestCredential>();
    for (const setting of settings.credentials)
      credentials.set(setting.id, await makeCscCredential(authority, setting));
    const server = new CscServer(authority, credentials, settings.redirectUris ?? []);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  /** The API's base address. */
  get url(): string {
    return `${this.#origin}/csc/v2`;
  }

  get #origin(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The server has no port");
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** As its trust service does; the credential says so from then on. */
  revoke(credentialId: string): void {
    this.#credential(credentialId).status = "revoked";
  }

  /** What a person does in the service's own app. */
  allowInApp(): void {
    for (const handle of this.#handles.values()) handle.allowed = true;
  }

  /** As a service does that was restarted: no token, no SAD is known any more. */
  forgetTokens(): void {
    this.#tokens.clear();
    this.#sads.clear();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.#origin);
    this.asked.push(pathname.replace(/^\/csc\/v2\//, ""));
    const body = await text(request);
    if (this.fault === "down") return void request.socket.destroy();
    if (this.fault === "slow") return;
    if (this.fault === "endless") return sendEndlessly(response);
    const answer = this.#misbehave() ?? (await this.#route(request, pathname, searchParams, body));
    response.statusCode = answer.status;
    if (answer.location !== undefined) response.setHeader("location", answer.location);
    if (answer.html !== undefined) return void response.setHeader("content-type", "text/html").end(answer.html);
    response
      .setHeader("content-type", "application/json")
      .end(answer.json === undefined ? "" : JSON.stringify(answer.json));
  }

  #misbehave(): Answer | null {
    if (this.fault === "html") return { status: 200, html: "<h1>Welcome to nginx</h1>" };
    if (this.fault !== "overloaded") return null;
    return { status: 503, json: { error: "temporarily_unavailable", error_description: "Maintenance until noon" } };
  }

  async #route(request: IncomingMessage, path: string, query: URLSearchParams, body: string): Promise<Answer> {
    try {
      if (path === "/oauth2/authorize") return this.#authorize(request.method ?? "", query, new URLSearchParams(body));
      if (path === "/.well-known/oauth-authorization-server/tenant") return { status: 200, json: this.#metadata() };
      if (path === "/oauth2/token") return this.#token(new URLSearchParams(body));
      const method = path.replace(/^\/csc\/v2\//, "");
      const input: Record<string, unknown> = body === "" ? {} : JSON.parse(body);
      if (method === "info") return { status: 200, json: this.#info() };
      const grant = this.#grantOf(request);
      return await this.#method(method, input, grant, body);
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }

  async #method(method: string, input: Record<string, unknown>, grant: Grant, body: string): Promise<Answer> {
    if (method === "credentials/list") return { status: 200, json: this.#list(input, grant) };
    if (method === "credentials/authorizeCheck") return this.#authorizeCheck(String(input.handle));
    const credential = this.#credential(String(input.credentialID));
    if (method === "credentials/info") return { status: 200, json: this.#describe(credential) };
    if (method === "credentials/sendOTP" || method === "credentials/getChallenge") {
      this.sentCode = credential.otp = String(randomInt(100_000, 1_000_000));
      return {
        status: method === "credentials/sendOTP" ? 200 : 204,
        ...(method === "credentials/sendOTP" && { json: {} }),
      };
    }
    if (this.fault === "talkative")
      throw new Refusal("invalid_request", `You said ${body.slice(body.indexOf("authData"))}`);
    if (method === "credentials/authorize") return this.#authorizeCredential(credential, input);
    if (method === "signatures/signHash") return { status: 200, json: await this.#signHash(credential, input, grant) };
    throw new Refusal("invalid_request", `Unknown method ${method}`);
  }

  #info(): unknown {
    return {
      specs: "2.0.0.2",
      name: "Test trust service",
      logo: `${this.#origin}/logo.png`,
      region: "CZ",
      lang: "en-US",
      description: "For tests",
      authType: ["oauth2code", "oauth2client"],
      ...(this.namesIssuer ? { oauth2Issuer: `${this.#origin}/tenant` } : { oauth2: this.#oauthBase() }),
      methods: [
        "credentials/list",
        "credentials/info",
        "credentials/authorize",
        "credentials/sendOTP",
        "signatures/signHash",
      ],
      signAlgorithms: { algos: Object.values(SIGN_ALGORITHMS) },
    };
  }

  #oauthBase(): string {
    return this.fault === "plain-oauth" ? "http://sign.example.com" : this.#origin;
  }

  #metadata(): unknown {
    return {
      issuer: this.fault === "other-issuer" ? "https://sign.example.com/tenant" : `${this.#origin}/tenant`,
      authorization_endpoint: `${this.#origin}/oauth2/authorize`,
      token_endpoint: `${this.#origin}/oauth2/token`,
    };
  }

  #list({ userID }: Record<string, unknown>, grant: Grant): unknown {
    if (grant.userId !== null && userID !== undefined) {
      throw new Refusal("invalid_request", "userID parameter MUST be null");
    }
    const owner = grant.userId ?? userID;
    const mine = [...this.#credentials.values()].filter(({ userId }) => userId === owner);
    return {
      credentialIDs: mine.map(({ id }) => id),
      ...(!this.listsIdsAlone && {
        credentialInfos: mine.map((each) => ({ credentialID: each.id, ...this.#describe(each) })),
      }),
    };
  }

  #describe(credential: CscTestCredential) {
    const stranger = [...this.#credentials.values()].find(({ id }) => id !== credential.id);
    const certificates =
      this.fault === "other-chain" && stranger
        ? [...credential.certificates.slice(0, 1), ...stranger.certificates.slice(0, 1)]
        : credential.certificates;
    return {
      description: credential.commonName,
      ...(credential.qualified && { signatureQualifier: "eu_eidas_qes" }),
      key: { status: "enabled", algo: [SIGN_ALGORITHMS[credential.key], "1.2.840.113549.1.1.10"], len: 256 },
      cert: {
        status: credential.status,
        certificates: certificates.map((each) => this.#encode(each)),
      },
      auth: describeAuthorization(credential.authorization),
      SCAL: credential.authorization === "none" ? "1" : "2",
      multisign: 1,
    };
  }

  #encode(certificate: pkijs.Certificate): string {
    const der = Buffer.from(certificateDer(certificate));
    if (this.fault === "broken-certificate") der[randomInt(der.length)] = randomInt(256);
    return der.toString("base64");
  }

  #authorizeCredential(credential: CscTestCredential, { hashes, authData }: Record<string, unknown>): Answer {
    if (credential.authorization === "oauth2code") throw new Refusal("invalid_request", "Use OAuth 2.0");
    if (credential.wrongTries >= MAX_WRONG_TRIES) throw new Refusal("invalid_request", "CscTestCredential locked");
    const answers = new Map(Array.isArray(authData) ? authData.map(({ id, value }) => [String(id), value]) : []);
    const right = new Map([
      ["PIN", CSC_PIN],
      ["OTP", credential.otp],
    ]);
    for (const { id, type } of describeAuthorization(credential.authorization).objects ?? []) {
      if (type === "ChallengeResponseOOB" || (right.get(id) && answers.get(id) === right.get(id))) continue;
      credential.wrongTries++;
      throw new Refusal(
        id === "OTP" ? "invalid_otp" : "invalid_authentication_data",
        "The authentication data is invalid",
      );
    }
    credential.wrongTries = 0;
    // A code is good once.
    credential.otp = null;
    const bound = Array.isArray(hashes) ? hashes.map(String) : [];
    if (credential.authorization === "app") {
      const handle = randomBytes(16).toString("hex");
      this.#handles.set(handle, { credentialId: credential.id, hashes: bound, allowed: false });
      return { status: 202, json: { handle } };
    }
    return this.#giveSad(credential.id, bound);
  }

  #authorizeCheck(handle: string): Answer {
    const waiting = this.#handles.get(handle);
    if (!waiting) throw new Refusal("invalid_request", "Invalid parameter handle");
    if (!waiting.allowed) return { status: 202, json: { handle } };
    this.#handles.delete(handle);
    return this.#giveSad(waiting.credentialId, waiting.hashes);
  }

  #giveSad(credentialId: string, hashes: string[]): Answer {
    const sad = randomBytes(24).toString("base64url");
    const ends = this.fault === "expired-sad" ? Date.now() - 1000 : Date.now() + 300_000;
    this.#sads.set(sad, { credentialId, hashes, ends, used: false });
    return { status: 200, json: { SAD: sad, expiresIn: 300 } };
  }

  async #signHash(credential: CscTestCredential, input: Record<string, unknown>, grant: Grant): Promise<unknown> {
    const hashes = Array.isArray(input.hashes) ? input.hashes.map(String) : [];
    if (credential.status !== "valid") throw new Refusal("invalid_request", "The certificate is revoked");
    if (input.signAlgo !== SIGN_ALGORITHMS[credential.key])
      throw new Refusal("invalid_request", "Invalid parameter signAlgo");
    const allowed = this.#allowedHashes(credential, input.SAD, grant);
    if (!hashes.every((hash) => allowed.includes(hash))) {
      throw new Refusal("invalid_request", "Hash is not authorized by the SAD");
    }
    const signatures = hashes.map(async (hash) => {
      const digest = Buffer.from(hash, "base64");
      if (this.fault === "other-hash") digest[0] = (digest[0] ?? 0) ^ 1;
      return (await signDigest(credential, digest)).toString("base64");
    });
    return { signatures: await Promise.all(signatures) };
  }

  #allowedHashes(credential: CscTestCredential, given: unknown, grant: Grant): string[] {
    if (grant.scope === "credential" && grant.credentialId === credential.id) return grant.hashes;
    const sad = this.#sads.get(String(given));
    if (!sad || sad.used || sad.credentialId !== credential.id)
      throw new Refusal("invalid_request", "Invalid parameter SAD");
    if (sad.ends < Date.now()) throw new Refusal("invalid_request", "SAD expired");
    sad.used = true;
    return sad.hashes;
  }

  /** GET shows the login page; POST is the person's answer, and leads back with a code. */
  #authorize(method: string, query: URLSearchParams, form: URLSearchParams): Answer {
    const redirectUri = query.get("redirect_uri") ?? "";
    const isKnown = query.get("client_id") === CSC_CLIENT.clientId && this.#redirectUris.has(redirectUri);
    // Nobody is sent to an address that is not registered.
    if (!isKnown) return { status: 400, html: "<h1>Unknown application</h1>" };
    const scope = query.get("scope") === "credential" ? "credential" : "service";
    if (method === "GET") return { status: 200, html: loginPage(scope, query.get("description") ?? "") };
    const back = new URL(redirectUri);
    back.searchParams.set("state", query.get("state") ?? "");
    const userId = form.get("user") ?? "";
    if (this.fault === "page-error") back.searchParams.set("error", "temporarily_unavailable");
    else if (form.has("refuse") || form.get("password") !== CSC_PASSWORD)
      back.searchParams.set("error", "access_denied");
    else {
      const code = randomBytes(24).toString("base64url");
      this.#codes.set(code, {
        scope,
        userId,
        credentialId: query.get("credentialID"),
        // Base64url here, base64 in signHash.
        hashes: (query.get("hashes") ?? "").split(",").map((hash) => Buffer.from(hash, "base64url").toString("base64")),
        challenge: query.get("code_challenge") ?? "",
        redirectUri,
      });
      back.searchParams.set("code", code);
    }
    return { status: 302, location: back.href };
  }

  #token(form: URLSearchParams): Answer {
    const { clientId, clientSecret } = CSC_CLIENT;
    if (form.get("client_id") !== clientId || form.get("client_secret") !== clientSecret) {
      throw new Refusal("invalid_request", "Invalid parameter client_secret");
    }
    if (form.get("grant_type") === "client_credentials") {
      return this.#giveToken({ scope: "service", userId: null, credentialId: null, hashes: [] });
    }
    const code = this.#codes.get(form.get("code") ?? "");
    this.#codes.delete(form.get("code") ?? "");
    const proof = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (!code || code.challenge !== proof || code.redirectUri !== form.get("redirect_uri")) {
      throw new Refusal("invalid_grant", "Authorization code is invalid or expired");
    }
    return this.#giveToken(code);
  }

  #giveToken({ scope, userId, credentialId, hashes }: Grant): Answer {
    const token = randomBytes(24).toString("base64url");
    this.#tokens.set(token, { scope, userId, credentialId, hashes, ends: Date.now() + this.tokenLifetime * 1000 });
    return { status: 200, json: { access_token: token, token_type: "Bearer", expires_in: this.tokenLifetime } };
  }

  #grantOf({ headers: { authorization = "" } }: IncomingMessage): Grant {
    const grant = this.#tokens.get(authorization.replace(/^Bearer /, ""));
    if (!grant || grant.ends < Date.now()) throw new Refusal("invalid_token", "The access token is not valid", 401);
    return grant;
  }

  #credential(id: string): CscTestCredential {
    const credential = this.#credentials.get(id);
    if (!credential) throw new Refusal("invalid_request", "Invalid parameter credentialID");
    return credential;
  }
}

function loginPage(scope: string, description: string): string {
  const escaped = description.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  const button = scope === "service" ? "Sign in" : "Sign the document";
  return `<!doctype html><html lang="en"><title>Test trust service</title><h1>Test trust service</h1><p>${escaped}</p>
<form method="post"><label>User <input name="user" autocomplete="username"></label>
<label>Password <input name="password" type="password"></label><button id="allow">${button}</button>
<button id="refuse" name="refuse">Refuse</button></form></html>`;
}

function sendEndlessly(response: ServerResponse): void {
  const block = Buffer.alloc(64 * 1024, 32);
  const more = () => {
    while (!response.destroyed && response.write(block));
  };
  response.on("drain", more);
  response.on("error", () => response.destroy());
  more();
}
