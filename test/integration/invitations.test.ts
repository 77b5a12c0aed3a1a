import { createServer } from "node:http";
import { Outbox } from "@nexbasira/core/contract/console.ts";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { findInvitation, insertInvitation } from "@nexbasira/core/database/invitations.ts";
import { Links } from "@nexbasira/core/secrets/links.ts";
import { DiskStorage } from "@nexbasira/core/storage/storage.ts";
import PostalMime, { type Email } from "postal-mime";
import sharp from "sharp";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sendInvitation } from "../../workers/invitations/send-invitation.ts";
import { freePort } from "../helpers/free-port.ts";
import { Instance } from "../helpers/instance.ts";
import { signIn } from "../helpers/sign-in.ts";
import { waitFor } from "../helpers/wait-for.ts";

let instance: Instance;
let member: Record<string, string>;
const mails: { to: string[]; email: Email }[] = [];
const texts: { path: string; authorization: string | undefined; form: URLSearchParams }[] = [];
/** What the gateway answers to the next messages; 201 when it is empty. */
const gatewayAnswers: number[] = [];

const smtp = new SMTPServer({
  disabledCommands: ["STARTTLS"],
  authOptional: true,
  onRcptTo: (address, _session, done) => {
    const refusal = Object.assign(new Error("no such mailbox"), { responseCode: 550 });
    done(address.address.startsWith("nobody@") ? refusal : undefined);
  },
  onData: (stream, session, done) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      PostalMime.parse(Buffer.concat(chunks)).then((email) => {
        mails.push({ to: session.envelope.rcptTo.map((recipient) => recipient.address), email });
        done();
      }, done);
    });
  },
});

const gateway = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
    texts.push({ path: request.url ?? "", authorization: request.headers.authorization, form });
    response.writeHead(gatewayAnswers.shift() ?? 201, { "content-type": "application/json" }).end('{"sid":"SM1"}');
  });
});

beforeAll(async () => {
  const [smtpPort, gatewayPort] = [await freePort(), await freePort()];
  await new Promise<void>((resolve) => smtp.listen(smtpPort, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => gateway.listen(gatewayPort, "127.0.0.1", resolve));
  instance = await Instance.start(["server", "workers"], {
    SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    MAIL_FROM: "Inspections <inspections@example.org>",
    SMS_URL: `http://127.0.0.1:${gatewayPort}`,
    SMS_ACCOUNT: "AC123",
    SMS_TOKEN: "gateway-token",
    SMS_FROM: "+33700000000",
  });
  member = await signIn(instance);
});
afterAll(async () => {
  await instance.stop();
  await new Promise<void>((resolve) => smtp.close(resolve));
  await new Promise((resolve) => gateway.close(resolve));
});

async function invite(participant: Record<string, string>, headers: Record<string, string>): Promise<Session> {
  const body = JSON.stringify({ type: "field_inspection", reference: "INS-7", participant });
  const response = await fetch(`${instance.url}/v1/sessions`, { method: "POST", headers, body });
  expect(response.status).toBe(201);
  return Session.parse(await response.json());
}

const invitationOf = async (session: Session) => {
  const response = await fetch(`${instance.url}/console/api/sessions/${session.id}`, { headers: member });
  const { invitations } = (await response.json()) as { invitations: { status: string; problem: string | null }[] };
  return invitations[0];
};

test("a mail goes out by SMTP in the participant's language, with the link in both parts", async () => {
  const session = await invite({ name: "Růžena", channel: "email", email: "ruzena@example.org", locale: "cs" }, member);
  const { to, email } = await waitFor("the mail", () => mails.find((mail) => mail.to.includes("ruzena@example.org")));
  expect(to).toEqual(["ruzena@example.org"]);
  expect(email.from?.address).toBe("inspections@example.org");
  expect(email.subject).toContain("zve k živé prohlídce (INS-7)");
  expect(email.text).toContain("Dobrý den, Růžena,");
  expect(email.text).toContain(session.join_url);
  expect(email.html).toContain(`href="${session.join_url}"`);
  await waitFor("the state", async () => (await invitationOf(session))?.status === "sent");
});

test("an SMS goes out by the gateway with its credentials and no part of it missing", async () => {
  const session = await invite({ name: "Marie L.", channel: "sms", phone: "+33612345678", locale: "fr" }, member);
  const sent = await waitFor("the SMS", () => texts.find(({ form }) => form.get("To") === "+33612345678"));
  expect(sent.path).toBe("/2010-04-01/Accounts/AC123/Messages.json");
  expect(sent.authorization).toBe(`Basic ${Buffer.from("AC123:gateway-token").toString("base64")}`);
  expect(sent.form.get("From")).toBe("+33700000000");
  expect(sent.form.get("Body")).toContain(session.join_url);
});

test("a gateway that fails is asked again, and the message is sent once it works", async () => {
  gatewayAnswers.push(503, 500);
  const session = await invite({ name: "M", channel: "sms", phone: "+33612340000" }, member);
  await waitFor("the state", async () => (await invitationOf(session))?.status === "sent", 30_000);
  expect(texts.filter(({ form }) => form.get("To") === "+33612340000")).toHaveLength(3);
});

test("a mailbox that is refused fails the invitation with words, at once", async () => {
  const session = await invite({ name: "M", channel: "email", email: "nobody@example.org" }, member);
  const invitation = await waitFor("the failure", async () => {
    const state = await invitationOf(session);
    return state?.status === "failed" && state;
  });
  expect(invitation.problem).toContain("mail server");
});

test("test mode sends nothing: its messages are in the outbox", async () => {
  const key = { authorization: `Bearer ${instance.credentials.api_key}`, "content-type": "application/json" };
  const session = await invite({ name: "Test", channel: "sms", phone: "+33699999999" }, key);
  const message = await waitFor("the outbox", async () => {
    const { data } = Outbox.parse(await (await fetch(`${instance.url}/development/outbox`)).json());
    return data.find(({ link }) => link === session.join_url);
  });
  expect(message).toMatchObject({ channel: "sms", to: "+33699999999" });
  expect(message.text).toContain(session.join_url);
  expect(texts.some(({ form }) => form.get("To") === "+33699999999")).toBe(false);
});

test("no message goes out with a link that has stopped working meanwhile", async () => {
  const { database } = instance.testDatabase;
  const context = {
    database,
    storage: new DiskStorage(instance.dataDir),
    links: new Links({ publicUrl: instance.url, phoneUrl: null, secret: "x".repeat(32) }),
    drivers: { sms: () => expect.fail("it was sent"), email: null },
  };
  const withdrawals = [
    (session: Session) => database.updateTable("sessions").set({ status: "cancelled" }).where("id", "=", session.id),
    (session: Session) =>
      database.updateTable("join_links").set({ revoked_at: new Date() }).where("session_id", "=", session.id),
  ];
  for (const withdraw of withdrawals) {
    const session = await invite({ name: "M", channel: "link", phone: "+33612345679" }, member);
    const link = await database
      .selectFrom("join_links")
      .select("id")
      .where("session_id", "=", session.id)
      .executeTakeFirstOrThrow();
    const id = newId("message");
    await inTransaction(database, (transaction) =>
      insertInvitation(transaction, {
        id,
        session_id: session.id,
        join_link_id: link.id,
        channel: "sms",
        recipient: "+33612345679",
        status: "waiting",
      }),
    );
    await withdraw(session).execute();
    await expect(sendInvitation(context, id)).rejects.toThrow(
      new Permanent("the link had stopped working before the message was sent"),
    );
    expect(await findInvitation(database, id)).toMatchObject({ status: "waiting" });
  }
});

async function brand(branding: Record<string, string>): Promise<void> {
  const body = JSON.stringify(branding);
  const response = await fetch(`${instance.url}/v1/branding`, { method: "PATCH", headers: member, body });
  expect(response.status).toBe(200);
}

test("a mail comes under the organization's name, with its logo as a part of it", async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><path fill="#f00" d="M0 0h40v10H0z"/></svg>';
  await brand({
    email_sender_name: "Žlutá pojišťovna, a. s.",
    accent: "#7c3aed",
    logo: `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`,
  });
  await invite({ name: "Marie", channel: "email", email: "marie@example.org" }, member);
  const { email } = await waitFor("the mail", () => mails.find((mail) => mail.to.includes("marie@example.org")));
  expect(email.from).toEqual({ name: "Žlutá pojišťovna, a. s.", address: "inspections@example.org" });
  const [logo] = email.attachments;
  expect(logo?.mimeType).toBe("image/png");
  expect(email.html).toContain(
    `<img src="cid:${logo?.contentId?.slice(1, -1)}" width="180" height="45" alt="NexBasira"`,
  );
  expect(email.html).toContain("background:#7c3aed;color:#ffffff");
  const { dominant } = await sharp(Buffer.from(logo?.content as ArrayBuffer)).stats();
  expect(dominant).toMatchObject({ r: 248, g: 8, b: 8 });
});

test("an SMS comes under the organization's name, and from the operator's number where names are not permitted", async () => {
  await brand({ sms_sender_name: "POJISTOVNA" });
  const send = async (phone: string) => {
    const session = await invite({ name: "Marie", channel: "sms", phone }, member);
    await waitFor("the state", async () => (await invitationOf(session))?.status === "sent");
    return texts.filter(({ form }) => form.get("To") === phone).map(({ form }) => form.get("From"));
  };
  expect(await send("+33612345671")).toEqual(["POJISTOVNA"]);
  gatewayAnswers.push(400);
  expect(await send("+12025550123")).toEqual(["POJISTOVNA", "+33700000000"]);
});
