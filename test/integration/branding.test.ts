import { shadesOf } from "@nexbasira/core/branding/shades-of.ts";
import { Branding } from "@nexbasira/core/contract/branding.ts";
import { Problem } from "@nexbasira/core/contract/common.ts";
import { JoinInfo } from "@nexbasira/core/contract/join.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Instance } from "../helpers/instance.ts";
import { makeKey, makeMember, makeOrganization } from "../helpers/make-organization.ts";
import { signIn } from "../helpers/sign-in.ts";

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><!-- ours --><path d="M0 0h40v10z"/></svg>';
const CLEAR = { logo: null, domain: null, email_sender_name: null, sms_sender_name: null };

let instance: Instance;
let orgId: number;
beforeAll(async () => {
  // The first organization is the seeded one; the second is made below.
  instance = await Instance.start(["server"], { BRAND_DOMAINS: "inspect.acme.com=1,live.other.org=2" });
  orgId = (await instance.testDatabase.database.selectFrom("organizations").select("id").executeTakeFirstOrThrow()).id;
  expect(orgId).toBe(1);
});
afterAll(() => instance?.stop());

const dataUrl = (mediaType: string, file: string | Buffer) =>
  `data:${mediaType};base64,${Buffer.from(file).toString("base64")}`;
const patch = (body: unknown, key?: string) =>
  instance.api("/v1/branding", { method: "PATCH", body: JSON.stringify(body), ...(key === undefined ? {} : { key }) });
const read = async (key?: string) =>
  Branding.parse(await (await instance.api("/v1/branding", key === undefined ? {} : { key })).json());
const update = async (body: unknown) => {
  const response = await patch(body);
  expect(response.status).toBe(200);
  return Branding.parse(await response.json());
};
const createSession = async () => {
  const participant = { name: "Marie L.", channel: "link" };
  return instance.post("/v1/sessions", { type: "field_inspection", reference: "INS-1", participant }, Session);
};
const describe = async (session: Session) =>
  JoinInfo.parse(await (await fetch(`${instance.url}/join/${session.join_url.split("/s/")[1]}`)).json());

test("an organization that has set nothing has the product's accent, with its shades, and no logo", async () => {
  expect(await read()).toEqual({
    object: "branding",
    name: "NexBasira",
    logo_url: null,
    logo_media_type: null,
    accent: "#00E5A0",
    shades: shadesOf("#00E5A0"),
    theme: "system",
    domain: null,
    email_sender_name: null,
    sms_sender_name: null,
  });
});

test("what is given changes, what is left out stays, and null clears", async () => {
  const given = {
    name: "Acme",
    accent: "#0A5C3F",
    theme: "dark",
    email_sender_name: "Acme s.r.o.",
    sms_sender_name: "ACME 24",
  };
  expect(await update(given)).toMatchObject({ ...given, shades: shadesOf("#0a5c3f") });
  expect(await update({ theme: "light" })).toMatchObject({ ...given, theme: "light" });
  expect(await update({})).toMatchObject({ ...given, theme: "light" });
  expect(await update(CLEAR)).toMatchObject({ name: "Acme", email_sender_name: null, sms_sender_name: null });
  expect(await read()).toEqual(await update({}));
});

test("the audit log says who changed what, and holds the logo's hash", async () => {
  await update({ theme: "system", logo: dataUrl("image/svg+xml", SVG) });
  const [entry] = await instance.testDatabase.database
    .selectFrom("audit_entries")
    .select("record")
    .where("org_id", "=", orgId)
    .orderBy("sequence", "desc")
    .limit(1)
    .execute();
  const bytes = Buffer.from(await (await fetch((await read()).logo_url ?? "")).arrayBuffer());
  expect(JSON.parse(entry?.record ?? "")).toMatchObject({
    action: "branding.updated",
    actor: { type: "api_key" },
    object: { type: "branding", id: "1" },
    object_hash: Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex"),
    details: { theme: "system", logo: "image/svg+xml" },
  });
  await update(CLEAR);
});

const tooLarge = async () =>
  dataUrl(
    "image/png",
    await sharp({ create: { width: 5000, height: 5000, channels: 3, background: "#fff" } })
      .png()
      .toBuffer(),
  );

test.each<[what: string, param: string, body: () => unknown]>([
  ["an accent that nobody can read", "accent", () => ({ accent: "#ffffff" })],
  ["an accent that is no colour", "accent", () => ({ accent: "green" })],
  ["an accent of three digits", "accent", () => ({ accent: "#0a5" })],
  ["an unknown theme", "theme", () => ({ theme: "sepia" })],
  ["an empty name", "name", () => ({ name: " " })],
  ["no name", "name", () => ({ name: null })],
  ["an address for a domain", "domain", () => ({ domain: "https://inspect.acme.com" })],
  ["a port in a domain", "domain", () => ({ domain: "inspect.acme.com:8443" })],
  ["an IP address for a domain", "domain", () => ({ domain: "127.0.0.1" })],
  ["a domain that the operator does not serve", "domain", () => ({ domain: "inspect.example.com" })],
  ["another organization's domain", "domain", () => ({ domain: "live.other.org" })],
  ["an address for a name of mails", "email_sender_name", () => ({ email_sender_name: "bank <help@bank.example>" })],
  ["a line in a name of mails", "email_sender_name", () => ({ email_sender_name: "Acme\r\nBcc: a@b.example" })],
  ["a number for a name of messages", "sms_sender_name", () => ({ sms_sender_name: "33612345678" })],
  ["a long name of messages", "sms_sender_name", () => ({ sms_sender_name: "ACME INSURANCE" })],
  ["accents in a name of messages", "sms_sender_name", () => ({ sms_sender_name: "Assuré" })],
  ["an address for a logo", "logo", () => ({ logo: "https://acme.com/logo.png" })],
  ["a logo of another type", "logo", () => ({ logo: dataUrl("image/gif", "GIF89a") })],
  ["a logo that is none", "logo", () => ({ logo: dataUrl("image/png", "no picture") })],
  ["a logo with a script", "logo", () => ({ logo: dataUrl("image/svg+xml", SVG.replace("<path", "<script/><path")) })],
  ["a logo of 25 megapixels", "logo", async () => ({ logo: await tooLarge() })],
  ["an unknown field", "colour", () => ({ colour: "#0a5c3f" })],
])("%s is refused by name, and nothing is changed", async (_, param, body) => {
  const before = await read();
  const response = await patch({ name: "Changed", ...((await body()) as object) });
  expect(response.status).toBe(400);
  const problem = Problem.parse(await response.json());
  expect(problem).toMatchObject({ code: "validation_error", param });
  expect(problem.detail).toContain(`${param}: `);
  expect(await read()).toEqual(before);
});

test("a logo of more than a megabyte is too large", async () => {
  expect((await patch({ logo: dataUrl("image/png", Buffer.alloc(1_100_000)) })).status).toBe(413);
});

test("an SVG logo is served made safe, of its type, in a sandbox, without a login", async () => {
  const { logo_url, logo_media_type } = await update({ logo: dataUrl("image/svg+xml", SVG) });
  expect(logo_media_type).toBe("image/svg+xml");
  const response = await fetch(logo_url ?? "");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("image/svg+xml");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(response.headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none';/);
  const svg = await response.text();
  expect(svg).toContain('<path d="M0 0h40v10z"/>');
  expect(svg).not.toContain("ours");
});

test("a PNG logo is served as its picture alone; what is called a PNG and is an SVG is what it is", async () => {
  const file = await sharp({ create: { width: 2000, height: 500, channels: 4, background: "#f008" } })
    .withExif({ IFD0: { Copyright: "secret" } })
    .png()
    .toBuffer();
  const { logo_url } = await update({ logo: dataUrl("image/png", file) });
  const response = await fetch(logo_url ?? "");
  expect(response.headers.get("content-type")).toBe("image/png");
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(await sharp(bytes).metadata()).toMatchObject({ format: "png", width: 1024, height: 256 });
  expect(bytes.toString("latin1")).not.toContain("secret");
  expect((await update({ logo: dataUrl("image/png", SVG) })).logo_media_type).toBe("image/svg+xml");
});

test("the participant's page gets name, accent, theme and a logo from its own host", async () => {
  await update({ name: "Acme", accent: "#0a5c3f", theme: "dark", logo: dataUrl("image/svg+xml", SVG) });
  const { brand } = await describe(await createSession());
  expect(brand).toEqual({
    name: "Acme",
    accent: "#0a5c3f",
    theme: "dark",
    logo_url: expect.stringMatching(/^\/files\//),
  });
  expect((await fetch(new URL(brand.logo_url ?? "", instance.url))).headers.get("content-type")).toBe("image/svg+xml");
  await update({ logo: null });
  expect((await describe(await createSession())).brand.logo_url).toBeNull();
});

test("join links lead to the organization's own host, and back to the server's when it is cleared", async () => {
  await update({ domain: "inspect.acme.com" });
  const session = await createSession();
  expect(session.join_url).toMatch(/^https:\/\/inspect\.acme\.com\/s\/[\w-]{48}$/);
  expect((await describe(session)).state).toBe("open");
  await update({ domain: null });
  const again = Session.parse(await (await instance.api(`/v1/sessions/${session.id}`)).json());
  expect(again.join_url).toBe(session.join_url.replace("https://inspect.acme.com", instance.url));
});

test("organizations have their own branding, and members change it by their role", async () => {
  const other = await makeOrganization(instance, "Other");
  const key = await makeKey(instance, other, ["branding:read", "branding:write"]);
  const before = await read();
  expect((await patch({ accent: "#7c3aed", domain: "live.other.org" }, key)).status).toBe(200);
  expect(await read(key)).toMatchObject({ name: "Other", accent: "#7c3aed", domain: "live.other.org" });
  expect(await read()).toEqual(before);
  expect((await patch({ theme: "dark" }, await makeKey(instance, other, ["branding:read"]))).status).toBe(403);
  const change = async (headers: Record<string, string>) => {
    const options = {
      method: "PATCH",
      body: '{"theme":"dark"}',
      headers: { ...headers, "content-type": "application/json" },
    };
    return (await fetch(`${instance.url}/v1/branding`, options)).status;
  };
  expect(await change(await signIn(instance))).toBe(200);
  expect(await change(await makeMember(instance, { org_id: other, role: "inspector" }))).toBe(403);
});

test("changes at the same time all hold", async () => {
  const changes = [{ theme: "light" }, { accent: "#0055ff" }, { name: "At once" }, { sms_sender_name: "ONCE" }];
  const answers = await Promise.all(changes.map((change) => patch(change)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(await read()).toMatchObject(Object.assign({}, ...changes));
});
