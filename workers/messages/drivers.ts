import { Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { createTransport } from "nodemailer";
import addressparser from "nodemailer/lib/addressparser";
import { request } from "undici";

export interface Mail {
  subject: string;
  text: string;
  html: string;
}

/**
 * Takes a message on its way, under the organization's name where it has one for this channel. Throws `Permanent` for an
 * address that is refused, `Retryable` for everything else.
 */
type Driver<Message> = (recipient: string, message: Message, senderName: string | null) => Promise<void>;
export type MailDriver = Driver<Mail>;
export type SmsDriver = Driver<{ sms: string }>;

/** One of each channel, or null where its messages are kept in the outbox. */
export interface Drivers {
  sms: SmsDriver | null;
  email: MailDriver | null;
}

const LIMIT_MS = 20_000;
/** The message itself is at fault (its number, mostly), not our access nor the gateway. */
const FINAL_SMS_STATUSES = new Set([400, 404, 422]);

/** Mail by SMTP: `smtp://user:password@host:587`, `smtps://…`. */
export function smtpDriver({ url, from }: { url: string; from: string }): { send: MailDriver; close: () => void } {
  const transport = createTransport(
    { url, connectionTimeout: LIMIT_MS, greetingTimeout: LIMIT_MS, socketTimeout: LIMIT_MS },
    // The logo goes along as a part of the mail: mail programs show neither `data:` addresses nor, at first, links.
    { from, attachDataUrls: true },
  );
  const [own] = addressparser(from, { flatten: true });
  return {
    send: async (to, { subject, text, html }, senderName) => {
      const named = own && senderName !== null ? { from: { name: senderName, address: own.address } } : {};
      try {
        await transport.sendMail({ to, subject, text, html, ...named });
      } catch (error) {
        const Failure = isRefusedAddress(error) ? Permanent : Retryable;
        throw new Failure("the mail server did not take the message", { cause: error });
      }
    },
    close: () => transport.close(),
  };
}

/** 55x: the mailbox is refused for good (RFC 5321, section 4.2.3); what concerns our own access may be mended. */
function isRefusedAddress(error: unknown): boolean {
  const code = error instanceof Error && "responseCode" in error ? Number(error.responseCode) : 0;
  return code >= 550 && code <= 559;
}

export interface SmsGateway {
  /** The base address; messages go to `<url>/2010-04-01/Accounts/<account>/Messages.json`. */
  url: string;
  account: string;
  token: string;
  from: string;
}

/**
 * SMS by an HTTP gateway that speaks Twilio's `Messages` call. Some countries permit no names as senders, and a gateway
 * refuses a message to them outright: it is then sent from the operator's own number.
 */
export function smsDriver({ url, account, token, from }: SmsGateway): SmsDriver {
  const target = `${url.replace(/\/$/, "")}/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`;
  const authorization = `Basic ${Buffer.from(`${account}:${token}`).toString("base64")}`;
  const post = async (to: string, sender: string, sms: string): Promise<number> => {
    const response = await request(target, {
      method: "POST",
      headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ To: to, From: sender, Body: sms }).toString(),
      signal: AbortSignal.timeout(LIMIT_MS),
    }).catch((error: unknown) => {
      throw new Retryable("the SMS gateway does not answer", { cause: error });
    });
    await response.body.dump();
    return response.statusCode;
  };
  return async (to, { sms }, senderName) => {
    const first = await post(to, senderName ?? from, sms);
    const statusCode = senderName !== null && FINAL_SMS_STATUSES.has(first) ? await post(to, from, sms) : first;
    if (statusCode >= 200 && statusCode < 300) return;
    const Failure = FINAL_SMS_STATUSES.has(statusCode) ? Permanent : Retryable;
    throw new Failure(`the SMS gateway answered ${statusCode}`);
  };
}
