import type { Language } from "@nexbasira/core/contract/common.ts";
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
}

export interface WrittenInvitation {
  sms: string;
  subject: string;
  text: string;
  html: string;
}

/** The SMS and the mail of an invitation, in the participant's language. */
export function writeInvitation(facts: InvitationFacts): WrittenInvitation {
  const texts = INVITATION_TEXTS[facts.language];
  const expires = facts.expires_at.toLocaleString(facts.language, {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "UTC",
    hourCycle: "h23",
  });
  const values: Record<string, string> = { ...facts, expires: `${expires} UTC`, expires_at: "" };
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
  const lines = [texts.greeting, texts.invites, texts.what].map(fill);
  const closing = [texts.ends, texts.ignore].map(fill);
  const paragraph = (text: string) => `<p style="margin:0 0 16px">${escapeHtml(text)}</p>`;
  return {
    sms: fill(texts.sms),
    subject: fill(texts.subject),
    text: [...lines, `${texts.open}:\n${facts.link}`, ...closing].join("\n\n"),
    html: `<!doctype html><html lang="${facts.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(fill(texts.subject))}</title></head>
<body style="margin:0;padding:24px;background:#f4f6f8;font:16px/1.5 Inter,system-ui,sans-serif;color:#101820">
<div style="max-width:520px;margin:auto;padding:32px;background:#fff;border-radius:10px">
<p style="margin:0 0 24px;font-weight:600">${escapeHtml(facts.who)}</p>
${lines.map(paragraph).join("\n")}
<p style="margin:24px 0"><a href="${escapeHtml(facts.link)}" style="display:inline-block;padding:14px 24px;border-radius:8px;background:#0b1f1a;color:#fff;border-bottom:3px solid ${escapeHtml(facts.accent)};text-decoration:none;font-weight:600">${escapeHtml(texts.open)}</a></p>
<div style="font-size:14px;color:#4a5560">${closing.map(paragraph).join("\n")}</div>
</div></body></html>`,
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
