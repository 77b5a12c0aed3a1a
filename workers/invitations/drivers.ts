import { Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { createTransport } from "nodemailer";
import { request } from "undici";
import type { WrittenInvitation } from "./write-invitation.ts";

/** Takes a message on its way. Throws `Permanent` for an address that is refused, `Retryable` for everything else. */
export type Driver = (recipient: string, message: WrittenInvitation) => Promise<void>;

const LIMIT_MS = 20_000;
/** The message itself is at fault (its number, mostly), not our access nor the gateway. */
const FINAL_SMS_STATUSES = new Set([400, 404, 422]);

/** Mail by SMTP: `smtp://user:password@host:587`, `smtps://…`. */
export function smtpDriver({ url, from }: { url: string; from: string }): { send: Driver; close: () => void } {
  const transport = createTransport(
    { url, connectionTimeout: LIMIT_MS, greetingTimeout: LIMIT_MS, socketTimeout: LIMIT_MS },
    { from },
  );
  return {
    send: async (to, { subject, text, html }) => {
      try {
        await transport.sendMail({ to, subject, text, html });
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

/** SMS by an HTTP gateway that speaks Twilio's `Messages` call. */
export function smsDriver({ url, account, token, from }: SmsGateway): Driver {
  const target = `${url.replace(/\/$/, "")}/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`;
  const authorization = `Basic ${Buffer.from(`${account}:${token}`).toString("base64")}`;
  return async (to, { sms }) => {
    const response = await request(target, {
      method: "POST",
      headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ To: to, From: from, Body: sms }).toString(),
      signal: AbortSignal.timeout(LIMIT_MS),
    }).catch((error: unknown) => {
      throw new Retryable("the SMS gateway does not answer", { cause: error });
    });
    await response.body.dump();
    const { statusCode } = response;
    if (statusCode >= 200 && statusCode < 300) return;
    const Failure = FINAL_SMS_STATUSES.has(statusCode) ? Permanent : Retryable;
    throw new Failure(`the SMS gateway answered ${statusCode}`);
  };
}
