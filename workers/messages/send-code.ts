import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import { findOrganization, type OrganizationRow } from "@nexbasira/core/database/organizations.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { findSignatureCode, setCodeMessage } from "@nexbasira/core/database/signature-codes.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import { signatureCode } from "@nexbasira/core/secrets/signature-code.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import { readLogo } from "../invitations/read-logo.ts";
import { CODE_TEXTS } from "./code-texts.ts";
import { deliverMessage } from "./deliver-message.ts";
import type { Drivers } from "./drivers.ts";
import { fillText, type Logo, writeMail } from "./write-mail.ts";

export interface CodeContext {
  configuration: Pick<Configuration, "authSecret">;
  database: Database;
  storage: Storage;
  links: Links;
  /** A channel without a driver goes to the outbox, as does everything of test mode. */
  drivers: Drivers;
}

/**
 * Sends a one-time code, or puts its message in the outbox. The code is made here, out of what it is bound to; one that
 * was sent is not sent again, and one whose time is over is not sent at all.
 */
export async function sendCode(context: CodeContext, codeId: string): Promise<void> {
  const { database, drivers } = context;
  const code = await findSignatureCode(database, codeId);
  const session = code && (await findSession(database, code.session_id));
  const organization = session && (await findOrganization(database, session.org_id));
  if (!code || !session || !organization) throw new Permanent("the code is gone");
  if (code.sent_at !== null) return;
  if (code.expires_at.getTime() <= Date.now()) throw new Permanent("the code's time was over before it was sent");
  const { channel, recipient, purpose } = code;
  const message = writeCode({
    code: signatureCode(context.configuration.authSecret, code),
    purpose,
    session,
    organization,
    host: new URL(context.links.joinUrl("jln_0", organization)).hostname,
    logo: channel === "email" ? await readLogo(context.storage, organization.logo_raster_key) : null,
  });
  const keep = await deliverMessage(drivers, { session, organization, channel, recipient, message });
  await inTransaction(database, async (transaction) => {
    await keep(transaction, { code_id: code.id });
    await setCodeMessage(transaction, code.id, { sent: true });
    await notifySession(transaction, noticeOf(session));
  });
}

/** The code could not be sent for good: the participant's page says so. */
export async function failCode(database: Database, codeId: string, problem: string): Promise<void> {
  const code = await findSignatureCode(database, codeId);
  const session = code && (await findSession(database, code.session_id));
  if (!session) return;
  await inTransaction(database, async (transaction) => {
    await setCodeMessage(transaction, codeId, { problem });
    await notifySession(transaction, noticeOf(session));
  });
}

interface CodeFacts {
  code: string;
  purpose: "drawing" | "document";
  session: SessionRow;
  organization: OrganizationRow;
  /** Of the page that the code is typed in. */
  host: string;
  logo: Logo | null;
}

/**
 * The SMS and the mail of a code, in the participant's language. The SMS ends as browsers expect it that fill a code in
 * by themselves, on the page of this host alone (WICG, "Origin-bound one-time codes").
 */
function writeCode({ code, purpose, session, organization, host, logo }: CodeFacts) {
  const language = session.participant_locale;
  const texts = CODE_TEXTS[language];
  const values = { code, name: session.participant_name, reference: session.reference, who: organization.name };
  const fill = (text: string) => fillText(text, values);
  return {
    sms: `${fill(texts.sms)}\n\n@${host} #${code}`,
    ...writeMail({
      language,
      subject: fill(texts.subject),
      who: organization.name,
      accent: organization.accent,
      logo,
      lines: [texts.greeting, texts[purpose]].map(fill),
      middle: { figures: code },
      closing: [texts.ends, texts.ignore].map(fill),
    }),
  };
}

function noticeOf(session: SessionRow) {
  return { org_id: session.org_id, session_id: session.id, type: "signature.updated", object_id: null };
}
