import { shadesOf } from "@nexbasira/core/branding/shades-of.ts";
import type { Language } from "@nexbasira/core/contract/common.ts";
import type { Mail } from "../messages/drivers.ts";
import { escapeHtml } from "../messages/escape-html.ts";
import { INVITATION_TEXTS } from "./invitation-texts.ts";

export interface InvitationFacts {
  language: Language;
  /** The participant's name. */
  name: string;
  /** Who invites: the organization. */
  who: string;
  reference: string;
  link: string;
  expires_at: Date;
  accent: string;
  /** A PNG, in twice the pixels that it is shown in. */
  logo: Logo | null;
}

export interface Logo {
  png: Uint8Array;
  width: number;
  height: number;
}

export interface WrittenInvitation extends Mail {
  sms: string;
}

const PLAIN_BUTTON = { accent: "#0b1f1a", on: "#ffffff" };

/** The SMS and the mail of an invitation, in the participant's language. */
export function writeInvitation(facts: InvitationFacts): WrittenInvitation {
  const texts = INVITATION_TEXTS[facts.language];
  const expires = facts.expires_at.toLocaleString(facts.language, {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "UTC",
    hourCycle: "h23",
  });
  const { name, who, reference, link } = facts;
  const values: Record<string, string> = { name, who, reference, link, expires: `${expires} UTC` };
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
  const lines = [texts.greeting, texts.invites, texts.what].map(fill);
  const closing = [texts.ends, texts.ignore].map(fill);
  const { accent, on } = shadesOf(facts.accent)?.light ?? PLAIN_BUTTON;
  const paragraph = (text: string) => `<p style="margin:0 0 16px">${escapeHtml(text)}</p>`;
  return {
    sms: fill(texts.sms),
    subject: fill(texts.subject),
    text: [...lines, `${texts.open}:\n${facts.link}`, ...closing].join("\n\n"),
    html: `<!doctype html><html lang="${facts.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(fill(texts.subject))}</title></head>
<body style="margin:0;padding:24px;background:#f4f6f8;font:16px/1.5 Inter,system-ui,sans-serif;color:#101820">
<div style="max-width:520px;margin:auto;padding:32px;background:#fff;border-radius:10px">
<p style="margin:0 0 24px;font-weight:600">${facts.logo ? writeLogo(facts.logo, facts.who) : escapeHtml(facts.who)}</p>
${lines.map(paragraph).join("\n")}
<p style="margin:24px 0"><a href="${escapeHtml(facts.link)}" style="display:inline-block;padding:14px 24px;border-radius:8px;background:${accent};color:${on};text-decoration:none;font-weight:600">${escapeHtml(texts.open)}</a></p>
<div style="font-size:14px;color:#4a5560">${closing.map(paragraph).join("\n")}</div>
</div></body></html>`,
  };
}

/** `src` first: the mail driver finds it there and makes it a part of the mail. */
function writeLogo({ png, width, height }: Logo, alt: string): string {
  const source = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  const size = `width="${Math.round(width / 2)}" height="${Math.round(height / 2)}"`;
  return `<img src="${source}" ${size} alt="${escapeHtml(alt)}" style="display:block;border:0">`;
}
