import { EvidenceFile } from "@nexbasira/core/contract/evidence.ts";
import { ProviderWay, Signing } from "@nexbasira/core/contract/signing.ts";
import { request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CSC_CLIENT, CSC_PASSWORD, CSC_PIN, CscServer } from "../helpers/csc-server.ts";
import { freePort } from "../helpers/free-port.ts";
import { Instance } from "../helpers/instance.ts";
import { signIn } from "../helpers/sign-in.ts";
import { SigningClient } from "../helpers/signing-client.ts";
import { waitFor } from "../helpers/wait-for.ts";

/** The organization's own host. */
const BRAND = "inspect.acme.com";

let service: CscServer;
let instance: Instance;
let member: Record<string, string>;
beforeAll(async () => {
  // Where the service leads back to has to be registered there before.
  const port = await freePort();
  const person = { key: "P-256", commonName: "Jana Nováková", qualified: true } as const;
  service = await CscServer.start({
    redirectUris: [`http://localhost:${port}/signing/return`],
    credentials: [
      { ...person, id: "by-otp", userId: "jana", authorization: "pin+otp" },
      { ...person, id: "by-oauth", userId: "eva", authorization: "oauth2code" },
      { ...person, id: "advanced", userId: "petr", authorization: "otp", qualified: false },
      { ...person, id: "work", userId: "iva", authorization: "otp", commonName: "Iva Malá (work)" },
      { ...person, id: "home", userId: "iva", authorization: "otp", commonName: "Iva Malá", key: "RSA" },
      { ...person, id: "old", userId: "iva", authorization: "otp", status: "expired" },
      { ...person, id: "lost", userId: "iva", authorization: "otp", status: "revoked" },
      { ...person, id: "plain", userId: "iva", authorization: "otp", qualified: false },
      { ...person, id: "ended", userId: "ota", authorization: "otp", status: "suspended" },
    ],
  });
  instance = await Instance.start(["server", "media", "workers"], {
    PORT: String(port),
    PUBLIC_URL: `http://localhost:${port}`,
    SIGNERS_CSC_URL: service.url,
    SIGNERS_CSC_CLIENT_ID: CSC_CLIENT.clientId,
    SIGNERS_CSC_CLIENT_SECRET: CSC_CLIENT.clientSecret,
    SIGNERS_CSC_QUALIFIED: "yes",
    BRAND_DOMAINS: `${BRAND}=1`,
  });
  member = await signIn(instance);
});
afterAll(async () => {
  await instance?.stop();
  await service?.close();
});

const open = () => SigningClient.open(instance, member, { signature: { level: "qes" } });

async function ask(client: SigningClient, rest: string, body: unknown = {}): Promise<Signing> {
  const response = await client.post(`/signing/provider/${rest}`, body);
  if (!response.ok) throw new Error(`${rest} answered ${response.status}: ${await response.text()}`);
  return Signing.parse(await response.json());
}

async function chosen(client: SigningClient, login: string): Promise<Signing> {
  await ask(client, "credential", { login });
  return prepared(client);
}

function prepared(client: SigningClient): Promise<Signing> {
  return waitFor(
    "the prepared report",
    async () => {
      const signing = await client.signing();
      return signing.provider?.step === "prepared" && signing;
    },
    60_000,
  );
}

function kept(client: SigningClient) {
  return instance.testDatabase.database
    .selectFrom("provider_signatures")
    .select(["secrets", "value"])
    .where("session_id", "=", client.session.id)
    .executeTakeFirstOrThrow();
}

function ready(client: SigningClient): Promise<EvidenceFile> {
  return waitFor(
    "the sealed report",
    async () => {
      const answer = await instance.api(`/v1/sessions/${client.session.id}/evidence`);
      const file = EvidenceFile.parse(await answer.json());
      return file.status === "ready" && file;
    },
    100_000,
  );
}

interface Journey {
  /** What the browser brings along that comes back. */
  cookie?: boolean;
  password?: string;
  /** The host that the browser is at. */
  host?: string;
}

/** As the person's browser does it: to the service's page, and back with what came of it. */
async function goThere(
  client: SigningClient,
  user: string,
  { cookie = true, password = CSC_PASSWORD, host }: Journey = {},
) {
  const begun = await browse(client.address("/signing/provider/way"), { host, body: { language: "cs" } });
  expect(begun.cookie).toMatch(host === BRAND ? /HttpOnly; Secure; SameSite=Lax$/ : /HttpOnly; SameSite=Lax$/);
  const kept = begun.cookie.split(";")[0] ?? "";
  const { url } = ProviderWay.parse(JSON.parse(begun.text));
  const body = new URLSearchParams({ user, password });
  const answer = await fetch(url, { method: "POST", body, redirect: "manual" });
  const back = answer.headers.get("location") ?? "";
  const comeBack = () => browse(back, cookie ? { cookie: kept } : {});
  return { back, kept, comeBack };
}

/** One request of a browser that is at a host, which `fetch` cannot be told. */
async function browse(
  address: string,
  { host, cookie, body }: { host?: string | undefined; cookie?: string; body?: object },
): Promise<{ status: number; location: string; cookie: string; text: string }> {
  const answer = await request(address, {
    method: body ? "POST" : "GET",
    headers: { ...(host && { host }), ...(cookie && { cookie }), "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value) ?? "";
  const { location, "set-cookie": set } = answer.headers;
  return { status: answer.statusCode, location: one(location), cookie: one(set), text: await answer.body.text() };
}

const NOWHERE = "/signing/nowhere";
const pageOf = (client: SigningClient) => new URL(client.session.join_url).pathname;

test("a qualified signature by the service's own code, over a restart of everything in between", async () => {
  const client = await open();
  const { document, provider, code } = await client.end();
  expect(provider).toEqual({
    name: new URL(service.url).host,
    step: "begun",
    problem: null,
    choices: [],
    credential: null,
    code_sent: false,
  });
  expect(code).toBeNull();
  expect((await client.post("/signing/codes")).status).toBe(410);
  expect((await ask(client, "credential", { login: "nobody" })).provider).toMatchObject({ problem: "no_credential" });
  expect((await ask(client, "credential", { login: "petr" })).provider).toMatchObject({ problem: "not_qualified" });
  const waiting = await chosen(client, "jana");
  expect(waiting.provider?.credential).toMatchObject({
    subject: expect.stringContaining("CN=Jana Nováková"),
    mode: "explicit",
    factors: [{ kind: "password" }, { kind: "code" }],
  });
  expect((await ask(client, "code")).provider?.code_sent).toBe(true);
  for (const name of ["workers", "server", "media"] as const) await instance.child(name).stop("SIGKILL");
  for (const name of ["media", "server"] as const) {
    instance.spawn(name);
    await instance.ready(name);
  }
  const sha = { document_sha256: document.sha256 };
  const other = { document_sha256: "0".repeat(64), answers: { PIN: CSC_PIN, OTP: service.sentCode ?? "" } };
  expect((await client.post("/signing/provider/leave", other)).status).toBe(409);
  const wrong = await ask(client, "leave", { ...sha, answers: { PIN: CSC_PIN, OTP: "000000" } });
  expect(wrong).toMatchObject({ state: "waiting", provider: { step: "prepared", problem: "wrong_code" } });
  await ask(client, "code");
  const right = await ask(client, "leave", { ...sha, answers: { PIN: CSC_PIN, OTP: service.sentCode ?? "" } });
  expect(right.state).toBe("confirmed");
  // The server is the time-stamp authority, too: without it the value is received, and the document not completed.
  await instance.child("server").stop("SIGKILL");
  instance.spawn("workers");
  await instance.ready("workers");
  await waitFor("the value", async () => (await kept(client)).value, 90_000);
  await instance.child("workers").stop("SIGKILL");
  for (const name of ["server", "workers"] as const) {
    instance.spawn(name);
    await instance.ready(name);
  }
  const file = await ready(client);
  expect(service.asked.filter((method) => method === "signatures/signHash")).toHaveLength(1);
  expect(file.signature).toMatchObject({
    level: "qes",
    signers: [
      {
        level: "qes",
        // As the certificate has it, not as the invitation called them.
        name: "Jana Nováková",
        code: null,
        certificate_subject: expect.stringContaining("CN=Jana Nováková"),
        provider: new URL(service.url).host,
      },
    ],
  });
  expect((await kept(client)).secrets).toBeNull();
}, 240_000);

test("a qualified signature on the service's own page: signed in there first, then allowed there", async () => {
  const client = await open();
  await client.end();
  const first = await (await goThere(client, "eva")).comeBack();
  expect(first).toMatchObject({ status: 302, location: pageOf(client) });
  expect((await prepared(client)).provider?.credential?.mode).toBe("oauth2code");
  const turnedAway = await goThere(client, "eva", { password: "wrong" });
  await turnedAway.comeBack();
  expect((await client.signing()).provider).toMatchObject({ step: "prepared", problem: "refused" });
  service.fault = "page-error";
  await (await goThere(client, "eva")).comeBack();
  expect((await client.signing()).provider).toMatchObject({ step: "prepared", problem: "down" });
  service.fault = null;
  const second = await goThere(client, "eva");
  const asked = service.asked.length;
  // Of two that come back at once, one does; the same way back again leads nowhere.
  const both = await Promise.all([second.comeBack(), second.comeBack()]);
  expect(both.map(({ location }) => location).toSorted()).toEqual([pageOf(client), NOWHERE].toSorted());
  expect((await second.comeBack()).location).toBe(NOWHERE);
  expect((await ready(client)).signature).toMatchObject({ level: "qes", signers: [{ level: "qes" }] });
  expect(service.asked.slice(asked).filter((method) => method === "signatures/signHash")).toHaveLength(1);
});

test("another browser than the one that was sent brings nothing back, nor does a state that nobody was sent with", async () => {
  const client = await open();
  await client.end();
  const { comeBack, back, kept } = await goThere(client, "eva", { cookie: false });
  expect((await comeBack()).location).toBe(NOWHERE);
  const forged = new URL(back);
  forged.searchParams.set("state", "another");
  expect((await browse(forged.href, { cookie: kept })).location).toBe(NOWHERE);
  expect((await client.signing()).provider).toMatchObject({ step: "begun", problem: null });
});

test("whoever leaves from an organization's own host comes back to it, where alone their cookie is", async () => {
  const client = await open();
  await client.end();
  const { back, kept } = await goThere(client, "eva", { host: BRAND });
  // The service knows one address.
  expect(back).toMatch(new RegExp(`^${instance.url}/signing/return\\?`));
  const relayed = await browse(back, {});
  expect(relayed.location).toBe(back.replace(instance.url, `https://${BRAND}`));
  const there = relayed.location.replace(`https://${BRAND}`, instance.url);
  expect((await browse(there, { host: BRAND })).location).toBe(NOWHERE);
  const home = await browse(there, { host: BRAND, cookie: kept });
  expect(home).toMatchObject({ status: 302, location: pageOf(client) });
  expect((await prepared(client)).provider?.credential?.mode).toBe("oauth2code");
  // A host that is nobody's leads nowhere else.
  const other = await goThere(client, "eva", { host: "localhost" }).then(({ comeBack }) => comeBack());
  expect(other.location).toBe(pageOf(client));
});

test("of several certificates that can sign the person takes one, and sees why the others cannot", async () => {
  const client = await open();
  const { document } = await client.end();
  const alone = await ask(client, "credential", { login: "ota" });
  expect(alone.provider).toMatchObject({
    step: "begun",
    problem: "no_credential",
    choices: [{ id: "ended", problem: "suspended" }],
  });
  const { provider } = await ask(client, "credential", { login: "iva" });
  expect(provider?.step).toBe("choosing");
  expect(provider?.choices.map(({ id, name, algorithm, problem }) => [id, name, algorithm, problem])).toEqual([
    ["work", "Iva Malá (work)", "ECDSA P-256", null],
    ["home", "Iva Malá", "RSA 2048", null],
    ["plain", "Jana Nováková", "ECDSA P-256", "not_qualified"],
    ["old", "Jana Nováková", "ECDSA P-256", "expired"],
    ["lost", "Jana Nováková", "ECDSA P-256", "revoked"],
  ]);
  expect(provider?.choices[0]?.valid_until).toMatch(/^\d{4}-/);
  for (const credential_id of ["lost", "plain", "by-otp"]) {
    expect((await client.post("/signing/provider/credential", { credential_id })).status).toBe(409);
  }
  await ask(client, "credential", { credential_id: "work" });
  expect((await prepared(client)).provider?.credential?.subject).toContain("Iva Malá (work)");
  expect((await ask(client, "credential", { credential_id: null })).provider?.choices).toHaveLength(5);
  const anew = await ask(client, "credential", { credential_id: null });
  expect(anew.provider).toMatchObject({ step: "begun", problem: null, choices: [] });
  await ask(client, "credential", { login: "iva" });
  await ask(client, "credential", { credential_id: "home" });
  expect((await prepared(client)).provider?.credential?.subject).toContain("CN=Iva Malá,");
  await ask(client, "code");
  await ask(client, "leave", { document_sha256: document.sha256, answers: { OTP: service.sentCode ?? "" } });
  expect((await ready(client)).signature?.signers).toMatchObject([{ level: "qes", name: "Iva Malá" }]);
}, 120_000);

test("a service that is down, and a leave that has ended, lead back to asking", async () => {
  const client = await open();
  const { document } = await client.end();
  service.fault = "down";
  expect((await ask(client, "credential", { login: "jana" })).provider).toMatchObject({ problem: "down" });
  expect((await client.post("/signing/provider/way", { language: "en" })).status).toBe(503);
  service.fault = null;
  await chosen(client, "jana");
  await ask(client, "code");
  service.fault = "expired-sad";
  const answers = { PIN: CSC_PIN, OTP: service.sentCode ?? "" };
  await ask(client, "leave", { document_sha256: document.sha256, answers });
  const back = await waitFor("the way back", async () => {
    const signing = await client.signing();
    return signing.state === "waiting" && signing.provider?.problem === "ended" && signing;
  });
  expect(back.provider?.step).toBe("prepared");
  service.fault = null;
  await ask(client, "code");
  const again = { PIN: CSC_PIN, OTP: service.sentCode ?? "" };
  await ask(client, "leave", { document_sha256: document.sha256, answers: again });
  expect((await ready(client)).signature).toMatchObject({ level: "qes" });
}, 120_000);
