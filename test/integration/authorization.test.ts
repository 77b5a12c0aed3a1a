import { Problem } from "@nexbasira/core/contract/common.ts";
import { MemberRole, type Permission, Scope } from "@nexbasira/core/contract/permission.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { ALL_OPERATIONS, type NamedOperation, pathOf } from "../helpers/all-operations.ts";
import { staffJoinRequest } from "../helpers/enter-session.ts";
import { Instance } from "../helpers/instance.ts";
import { listRoutes, type Route } from "../helpers/list-routes.ts";
import { makeApp } from "../helpers/make-app.ts";
import { makeKey, makeMember, makeOrganization } from "../helpers/make-organization.ts";
import { NO_LIMITS } from "../helpers/no-limits.ts";

const EVERYBODY: readonly MemberRole[] = ["owner", "administrator", "inspector", "observer"];
const INSPECTORS: readonly MemberRole[] = ["owner", "administrator", "inspector"];
const ADMINISTRATORS: readonly MemberRole[] = ["owner", "administrator"];
const OWNERS: readonly MemberRole[] = ["owner"];

/** Who may do what, written by hand: the permission that a key needs as a scope, and the roles that have it. */
const TABLE: Record<string, readonly [Permission, readonly MemberRole[]]> = {
  createSession: ["sessions:write", INSPECTORS],
  listSessions: ["sessions:read", EVERYBODY],
  readSession: ["sessions:read", EVERYBODY],
  endSession: ["sessions:write", INSPECTORS],
  deleteSession: ["sessions:write", INSPECTORS],
  createInvitation: ["sessions:write", INSPECTORS],
  readEvidenceFile: ["evidence:read", EVERYBODY],
  readEvidenceBundle: ["evidence:read", EVERYBODY],
  listRecordings: ["evidence:read", EVERYBODY],
  listEvidence: ["evidence:read", EVERYBODY],
  readEvidenceItem: ["evidence:read", EVERYBODY],
  readEvidenceContent: ["evidence:read", EVERYBODY],
  listWhiteboards: ["whiteboards:read", EVERYBODY],
  readWhiteboard: ["whiteboards:read", EVERYBODY],
  readWhiteboardSvg: ["whiteboards:read", EVERYBODY],
  readWhiteboardPng: ["whiteboards:read", EVERYBODY],
  createWebhookEndpoint: ["webhooks:write", ADMINISTRATORS],
  listWebhookEndpoints: ["webhooks:read", ADMINISTRATORS],
  readWebhookEndpoint: ["webhooks:read", ADMINISTRATORS],
  updateWebhookEndpoint: ["webhooks:write", ADMINISTRATORS],
  deleteWebhookEndpoint: ["webhooks:write", ADMINISTRATORS],
  testWebhookEndpoint: ["webhooks:write", ADMINISTRATORS],
  listWebhookEvents: ["webhooks:read", ADMINISTRATORS],
  readWebhookEvent: ["webhooks:read", ADMINISTRATORS],
  resendWebhookEvent: ["webhooks:write", ADMINISTRATORS],
  resendWebhookEvents: ["webhooks:write", ADMINISTRATORS],
  listAuditEntries: ["audit:read", ADMINISTRATORS],
  listAuditCheckpoints: ["audit:read", ADMINISTRATORS],
  readAuditCheckpoint: ["audit:read", ADMINISTRATORS],
  readAnchorToken: ["evidence:read", EVERYBODY],
  proveInclusion: ["audit:read", ADMINISTRATORS],
  proveConsistency: ["audit:read", ADMINISTRATORS],
  readAuditKeys: ["audit:read", ADMINISTRATORS],
  readAuditVerification: ["audit:read", ADMINISTRATORS],
  readBranding: ["branding:read", EVERYBODY],
  updateBranding: ["branding:write", ADMINISTRATORS],
  readOrganization: ["org:read", EVERYBODY],
  listMembers: ["org:read", EVERYBODY],
  updateOrganization: ["org:write", ADMINISTRATORS],
  exportAuditEntries: ["audit:read", ADMINISTRATORS],
  listRetainedSessions: ["retention:write", ADMINISTRATORS],
  setLegalHold: ["retention:write", ADMINISTRATORS],
  removeLegalHold: ["retention:write", ADMINISTRATORS],
  deleteEvidence: ["evidence:delete", OWNERS],
  findPerson: ["people:write", OWNERS],
  exportPerson: ["people:write", OWNERS],
  erasePerson: ["people:write", OWNERS],
  listApiKeys: ["keys:read", ADMINISTRATORS],
  createApiKey: ["keys:write", ADMINISTRATORS],
  revokeApiKey: ["keys:write", ADMINISTRATORS],
  readWebhookStatistics: ["webhooks:read", ADMINISTRATORS],
  readCallbackSecret: ["webhooks:read", ADMINISTRATORS],
  rotateCallbackSecret: ["webhooks:write", ADMINISTRATORS],
  readMe: ["sessions:read", EVERYBODY],
  readSessionDetail: ["sessions:read", EVERYBODY],
  joinSession: ["calls:watch", EVERYBODY],
  confirmIdentity: ["calls:inspect", INSPECTORS],
  setCodeRecipient: ["calls:inspect", INSPECTORS],
  askSignerAgain: ["sessions:write", INSPECTORS],
  stopAwaitingSigner: ["sessions:write", INSPECTORS],
  openCheck: ["calls:watch", EVERYBODY],
  streamNotices: ["sessions:read", EVERYBODY],
  readOutbox: ["messages:read", EVERYBODY],
};

/** Every route that is no declared operation, and what guards it instead. */
const OTHER_BORDERS: Record<string, string> = {
  "get /healthz": "tells nothing of anybody",
  "get /readyz": "tells nothing of anybody",
  "get /metrics": "counts of the process; the proxy in front keeps it inside",
  "get /files/:token": "the link is sealed and carries its own end",
  "get /bundles/:token": "the link is sealed and carries its own end",
  "options /uploads": "tells what the protocol can do",
  "options /uploads/:id": "tells what the protocol can do",
  "post /uploads": "the access token of a join answer",
  "head /uploads/:id": "the access token of whoever began it",
  "patch /uploads/:id": "the access token of whoever began it",
  "delete /uploads/:id": "the access token of whoever began it",
  "post /development-authority/tsa": "development alone: stamps any hash, as every public authority does",
  "post /development-authority/ocsp": "development alone: answers anybody, as every authority's responder does",
  "get /development-authority/revoked.crl": "development alone: an authority's list is public",
  "get /development-authority/issuer.cer": "development alone: an authority's certificate is public",
  "all /auth/*path": "better-auth's own sign-in",
  "get /join/:token": "the join link is the credential",
  "get /join/:token/copy": "the join link is the credential",
  "post /join/:token/check": "the join link is the credential; nothing of its session is told or entered",
  "post /join/:token": "the join link is the credential",
  "get /join/:token/signing": "the join link is the credential",
  "get /join/:token/signing/document": "the join link is the credential",
  "post /join/:token/signing/codes": "the join link is the credential; the code goes another way",
  "post /join/:token/signing/confirmation": "the join link is the credential, and the code",
  "post /join/:token/signing/refusal": "the join link is the credential",
  "post /join/:token/signing/provider/credential": "the join link is the credential; the service asks for its own",
  "post /join/:token/signing/provider/code": "the join link is the credential; the service's code goes another way",
  "post /join/:token/signing/provider/leave": "the join link is the credential, and what the service asks for",
  "post /join/:token/signing/provider/way": "the join link is the credential; the service asks for its own",
  "get /signing/return": "the state that came with the cookie of the browser that was sent",
  "get /landing": "tells what the switches are, and a visitor of themselves",
  "post /sandbox": "a visitor's own new organization, so many for each address",
  "get /development/outbox": "development alone, and from this very machine",
  "get /": "a page without data",
  "get /outbox": "a page without data",
  "get /verify": "a page without data",
  "get /verify/trust.json": "the installation's own public certificates and keys",
  "get /verify/roots.pem": "the installation's own public certificates",
  "get /docs": "a page without data",
  "get /console": "a page without data",
  "get /console/*path": "a page without data",
  "get /s/:token": "a page without data",
  "get /s/:token/check": "a page without data",
  "get /signing/nowhere": "a page without data",
  "get /s/service-worker.js": "a script without data",
  "serveStatic /assets/*": "the pages' scripts",
  "get /v1/openapi.json": "the API's description is public",
  "get /api/v1/public/openapi.json": "the API's description is public",
};

let instance: Instance;
let organization: number;
beforeAll(async () => {
  instance = await Instance.start(["server"], NO_LIMITS);
  organization = await makeOrganization(instance, "The walked one");
});
afterAll(() => instance.stop());

/** Nothing has this id, and no operation takes this body: what is permitted changes nothing. */
const NO_ID = "nobody_00000000000000000000000000";
const WRONG_BODY = JSON.stringify({ "no field of anything": true });

interface Outcome {
  status: number;
  param: string | undefined;
}

async function call(named: NamedOperation, headers: Record<string, string>, body = WRONG_BODY): Promise<Outcome> {
  const sends = named.operation.body !== undefined;
  const response = await fetch(instance.url + pathOf(named, NO_ID), {
    method: named.operation.method.toUpperCase(),
    headers: { ...headers, ...(sends ? { "content-type": "application/json" } : {}) },
    ...(sends ? { body } : {}),
    redirect: "manual",
  });
  if (response.ok) {
    await response.body?.cancel();
    return { status: response.status, param: undefined };
  }
  const problem = Problem.parse(await response.json());
  return { status: response.status, param: problem.param };
}

/** Calls every operation of these as somebody, and says of which the outcome is not what it should be. */
async function walk(
  operations: readonly NamedOperation[],
  headers: Record<string, string>,
  isPermitted: (permission: Permission, roles: readonly MemberRole[]) => boolean,
): Promise<string[]> {
  const outcomes = operations.map(async (named) => {
    const [permission, roles] = TABLE[named.name] ?? ["sessions:read", []];
    const { status, param } = await call(named, headers);
    const isRight = isPermitted(permission, roles)
      ? [200, 400, 404].includes(status)
      : status === 403 && param === permission;
    return isRight ? [] : [`${named.name}: ${status} ${param}`];
  });
  return (await Promise.all(outcomes)).flat();
}

/** Which operations do not answer this status to these headers. */
async function othersThan(
  status: number,
  operations: readonly NamedOperation[],
  headers: Record<string, string>,
  body = WRONG_BODY,
): Promise<string[]> {
  const outcomes = operations.map(async (named) => ({ name: named.name, ...(await call(named, headers, body)) }));
  return (await Promise.all(outcomes))
    .filter((outcome) => outcome.status !== status)
    .map((outcome) => `${outcome.name}: ${outcome.status} ${outcome.param}`);
}

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const PUBLIC = ALL_OPERATIONS.filter(({ api }) => api === "public");
const CONSOLE = ALL_OPERATIONS.filter(({ api }) => api === "console");

test("every operation is in the table, and the table has no other", () => {
  expect(ALL_OPERATIONS.map(({ name }) => name).toSorted()).toEqual(Object.keys(TABLE).toSorted());
});

test("every permission of the table is a scope where a key may call, and every scope opens something", () => {
  const scopes = new Set<string>(PUBLIC.map(({ name }) => TABLE[name]?.[0] ?? ""));
  expect([...scopes].filter((scope) => !Scope.safeParse(scope).success)).toEqual([]);
  expect(Scope.options.filter((scope) => !scopes.has(scope))).toEqual([]);
});

test("nobody calls anything without credentials that are valid", async () => {
  const revoked = bearer(await makeKey(instance, organization, Scope.options));
  const expired = bearer(await makeKey(instance, organization, Scope.options));
  const keys = instance.testDatabase.database.updateTable("api_keys").where("org_id", "=", organization);
  const [one, other] = await instance.testDatabase.database
    .selectFrom("api_keys")
    .select("id")
    .where("org_id", "=", organization)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  await keys
    .set({ revoked_at: new Date() })
    .where("id", "=", one?.id ?? "")
    .execute();
  await keys
    .set({ expires_at: new Date(Date.now() - 1000) })
    .where("id", "=", other?.id ?? "")
    .execute();
  const credentials: Record<string, string>[] = [
    {},
    bearer("nbx_test_sk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    { cookie: "nexbasira.session_token=forged.AAAA" },
    revoked,
    expired,
  ];
  for (const headers of credentials) {
    for (const body of [WRONG_BODY, "{"]) {
      expect(await othersThan(401, ALL_OPERATIONS, headers, body), JSON.stringify(headers)).toEqual([]);
    }
  }
});

test.each(Scope.options)("a key with the scope %s may do what that permits and nothing else", async (scope) => {
  const alone = bearer(await makeKey(instance, organization, [scope]));
  expect(await walk(PUBLIC, alone, (permission) => permission === scope)).toEqual([]);
  const others = Scope.options.filter((other) => other !== scope);
  const without = bearer(await makeKey(instance, organization, others));
  expect(await walk(PUBLIC, without, (permission) => permission !== scope)).toEqual([]);
});

test("a key without any scope may do nothing, and no key opens the console's own API", async () => {
  expect(await walk(PUBLIC, bearer(await makeKey(instance, organization, [])), () => false)).toEqual([]);
  const all = bearer(await makeKey(instance, organization, Scope.options));
  expect(await othersThan(401, CONSOLE, all)).toEqual([]);
});

test.each(MemberRole.options)("a member who is %s may do what the role permits and nothing else", async (role) => {
  const cookie = await makeMember(instance, { org_id: organization, role });
  expect(await walk(ALL_OPERATIONS, cookie, (_permission, roles) => roles.includes(role))).toEqual([]);
});

test("whoever belongs to no organization, or has a role that is none, may do nothing", async () => {
  const nobody = await makeMember(instance, undefined);
  const stranger = await makeMember(instance, { org_id: organization, role: "observer" });
  const { database } = instance.testDatabase;
  const newest = await database.selectFrom("members").select("id").orderBy("id", "desc").executeTakeFirstOrThrow();
  await database.updateTable("members").set({ role: "member" }).where("id", "=", newest.id).execute();
  expect(await othersThan(403, ALL_OPERATIONS, nobody)).toEqual([]);
  expect(await othersThan(403, ALL_OPERATIONS, stranger)).toEqual([]);
});

test("a cookie from a page elsewhere changes nothing, whatever the role permits", async () => {
  const cookie = await makeMember(instance, { org_id: organization, role: "owner" });
  const elsewhere: Record<string, string>[] = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "https://elsewhere.example" },
    { origin: "null" },
  ];
  const changing = ALL_OPERATIONS.filter(({ operation }) => operation.method !== "get");
  for (const headers of elsewhere) expect(await othersThan(403, changing, { ...cookie, ...headers })).toEqual([]);
});

test("an observer who asks to inspect is refused", async () => {
  const cookie = await makeMember(instance, { org_id: organization, role: "observer" });
  const response = await fetch(`${instance.url}/console/api/sessions/${NO_ID}/join`, {
    method: "POST",
    headers: { ...cookie, "content-type": "application/json" },
    body: JSON.stringify(staffJoinRequest("inspector")),
  });
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ code: "permission_denied", param: "calls:inspect" });
});

test("every route of the server is a declared operation or has a guard of its own", async () => {
  const routes = listRoutes((await makeApp(instance)).router);
  const declared = new Set(
    ALL_OPERATIONS.flatMap(({ api, operation }) => {
      const bases = api === "public" ? ["/v1", "/api/v1/public"] : ["/console/api"];
      const paths = [operation.path, ...(operation.alsoAt ? [operation.alsoAt] : [])];
      return bases.flatMap((base) =>
        paths.map((path) => `${operation.method} ${base}${path.replace(/\{(\w+)\}/g, ":$1")}`),
      );
    }),
  );
  const found = routes.map(nameOf);
  for (const operation of declared) expect(found).toContain(operation);
  const paths = new Set([...declared].map((name) => name.split(" ")[1]));
  const unguarded = routes.filter((route) => {
    // What answers 405 at an operation's path stands behind every operation of it.
    const refusesOthers = route.method === "_all" && paths.has(route.path);
    return !refusesOthers && !declared.has(nameOf(route)) && !(nameOf(route) in OTHER_BORDERS) && !isPlumbing(route);
  });
  expect(unguarded).toEqual([]);
  expect(Object.keys(OTHER_BORDERS).filter((border) => !found.includes(border))).toEqual([]);
});

/** What only looks at a request and passes it on, or answers that nothing was found. */
const PLUMBING = z.enum(["helmetMiddleware", "jsonParser", "refuseNul", "<anonymous>"]);

function isPlumbing({ method }: Route): boolean {
  return PLUMBING.safeParse(method).success;
}

function nameOf({ method, path }: Route): string {
  return `${method === "_all" ? "all" : method} ${path}`;
}
