import { EvidenceFile } from "@nexbasira/core/contract/evidence.ts";
import { ProviderWay, Signing } from "@nexbasira/core/contract/signing.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CSC_CLIENT, CSC_PASSWORD, CSC_PIN, CscServer } from "../helpers/csc-server.ts";
import { freePort } from "../helpers/free-port.ts";
import { Instance } from "../helpers/instance.ts";
import { signIn } from "../helpers/sign-in.ts";
import { SigningClient } from "../helpers/signing-client.ts";
import { waitFor } from "../helpers/wait-for.ts";

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
    ],
  });
  instance = await Instance.start(["server", "media", "workers"], {
    PORT: String(port),
    PUBLIC_URL: `http://localhost:${port}`,
    SIGNERS_CSC_URL: service.url,
    SIGNERS_CSC_CLIENT_ID: CSC_CLIENT.clientId,
    SIGNERS_CSC_CLIENT_SECRET: CSC_CLIENT.clientSecret,
    SIGNERS_CSC_QUALIFIED: "yes",
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
    20_000,
  );
}

function ready(client: SigningClient): Promise<EvidenceFile> {
  return waitFor(
    "the sealed report",
    async () => {
      const answer = await instance.api(`/v1/sessions/${client.session.id}/evidence`);
      const file = EvidenceFile.parse(await answer.json());
      return file.status === "ready" && file;
    },
    60_000,
  );
}

/** As the person's browser does it: to the service's page, and back with what came of it. */
async function goThere(client: SigningClient, user: string, { cookie = true, password = CSC_PASSWORD } = {}) {
  const begun = await client.post("/signing/provider/way", { language: "cs" });
  const kept = begun.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  expect(begun.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Lax$/);
  const { url } = ProviderWay.parse(await begun.json());
  const body = new URLSearchParams({ user, password });
  const answer = await fetch(url, { method: "POST", body, redirect: "manual" });
  const back = answer.headers.get("location") ?? "";
  const comeBack = () => fetch(back, { redirect: "manual", headers: cookie ? { cookie: kept } : {} });
  return { comeBack };
}

test("a qualified signature by the service's own code, over a restart of everything in between", async () => {
  const client = await open();
  const { document, provider, code } = await client.end();
  expect(provider).toEqual({
    name: new URL(service.url).host,
    step: "begun",
    problem: null,
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
  instance.spawn("workers");
  await instance.ready("workers");
  const file = await ready(client);
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
  const row = await instance.testDatabase.database
    .selectFrom("provider_signatures")
    .select("secrets")
    .where("session_id", "=", client.session.id)
    .executeTakeFirstOrThrow();
  expect(row.secrets).toBeNull();
}, 120_000);

test("a qualified signature on the service's own page: signed in there first, then allowed there", async () => {
  const client = await open();
  await client.end();
  const first = await (await goThere(client, "eva")).comeBack();
  expect(first.status).toBe(302);
  expect(first.headers.get("location")).toBe(`/s/${client.session.join_url.split("/s/")[1]}`);
  expect((await prepared(client)).provider?.credential?.mode).toBe("oauth2code");
  const turnedAway = await goThere(client, "eva", { password: "wrong" });
  await turnedAway.comeBack();
  expect((await client.signing()).provider).toMatchObject({ step: "prepared", problem: "refused" });
  const second = await goThere(client, "eva");
  expect((await second.comeBack()).status).toBe(302);
  // The same way back again leads nowhere.
  expect((await second.comeBack()).status).toBe(410);
  expect((await ready(client)).signature).toMatchObject({ level: "qes", signers: [{ level: "qes" }] });
});

test("another browser than the one that was sent brings nothing back", async () => {
  const client = await open();
  await client.end();
  const { comeBack } = await goThere(client, "eva", { cookie: false });
  expect((await comeBack()).status).toBe(410);
  expect((await client.signing()).provider).toMatchObject({ step: "begun", problem: null });
});

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
