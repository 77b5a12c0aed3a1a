import type { Language } from "@nexbasira/core/contract/common.ts";
import type { Mail } from "../messages/drivers.ts";
import { fillText, type Logo, writeMail, writeMoment } from "../messages/write-mail.ts";
import { INVITATION_TEXTS } from "./invitation-texts.ts";
import { SIGN_REQUEST_TEXTS } from "./sign-request-texts.ts";

export interface InvitationFacts {
  /** What the link is for: the call, or the finished document. */
  purpose: "join" | "sign";
  language: Language;
  /** The participant's name. */
  name: string;
  /** Who invites: the organization. */
  who: string;
  reference: string;
  link: string;
  expires_at: Date;
  accent: string;
  logo: Logo | null;
}

export interface WrittenInvitation extends Mail {
  sms: string;
}

/** The SMS and the mail of an invitation, in the participant's language. */
export function writeInvitation(facts: InvitationFacts): WrittenInvitation {
  const { language, name, who, reference, link } = facts;
  const texts = (facts.purpose === "sign" ? SIGN_REQUEST_TEXTS : INVITATION_TEXTS)[language];
  const values = { name, who, reference, link, expires: writeMoment(facts.expires_at, language) };
  const fill = (text: string) => fillText(text, values);
  return {
    sms: fill(texts.sms),
    ...writeMail({
      ...facts,
      subject: fill(texts.subject),
      lines: [texts.greeting, texts.invites, texts.what].map(fill),
      middle: { label: texts.open, link },
      closing: [texts.ends, texts.ignore].map(fill),
    }),
  };
}
