import type { Language } from "@nexbasira/core/contract/common.ts";

export interface InvitationTexts {
  /** `{who}` invites, `{reference}`, `{link}`. One SMS segment is 160 characters; the link takes about 80. */
  sms: string;
  subject: string;
  greeting: string;
  invites: string;
  what: string;
  open: string;
  ends: string;
  ignore: string;
}

/** What an invitation says, in each language. Placeholders stand in braces. */
export const INVITATION_TEXTS: Record<Language, InvitationTexts> = {
  en: {
    sms: "{who} invites you to a live inspection ({reference}). Open on your phone: {link}",
    subject: "{who} invites you to a live inspection ({reference})",
    greeting: "Hello {name},",
    invites: "{who} would like to look at the site together with you, through your phone's camera.",
    what: "You need no app and no account. You decide what you share: camera, microphone, location and recording are each asked for first.",
    open: "Join the inspection",
    ends: "The link works until {expires}.",
    ignore: "If you did not expect this message, ignore it: nothing is shared unless you open the link and agree.",
  },
  fr: {
    sms: "{who} vous invite à une inspection en direct ({reference}). Ouvrez sur votre téléphone : {link}",
    subject: "{who} vous invite à une inspection en direct ({reference})",
    greeting: "Bonjour {name},",
    invites: "{who} souhaite examiner les lieux avec vous, par la caméra de votre téléphone.",
    what: "Aucune application ni compte n’est nécessaire. Vous décidez de ce que vous partagez : caméra, micro, position et enregistrement vous sont demandés un à un.",
    open: "Rejoindre l’inspection",
    ends: "Le lien est valable jusqu’au {expires}.",
    ignore:
      "Si vous n’attendiez pas ce message, ignorez-le : rien n’est partagé sans que vous ouvriez le lien et donniez votre accord.",
  },
  cs: {
    sms: "{who} vás zve k živé prohlídce ({reference}). Otevřete v telefonu: {link}",
    subject: "{who} vás zve k živé prohlídce ({reference})",
    greeting: "Dobrý den, {name},",
    invites: "{who} si chce s vámi místo prohlédnout kamerou vašeho telefonu.",
    what: "Nepotřebujete aplikaci ani účet. O tom, co sdílíte, rozhodujete vy: na kameru, mikrofon, polohu i záznam se vás nejdříve zeptáme.",
    open: "Připojit se k prohlídce",
    ends: "Odkaz platí do {expires}.",
    ignore: "Pokud jste tuto zprávu nečekali, nevšímejte si jí: dokud odkaz neotevřete a nesouhlasíte, nic se nesdílí.",
  },
  de: {
    sms: "{who} lädt Sie zu einer Live-Besichtigung ein ({reference}). Auf dem Handy öffnen: {link}",
    subject: "{who} lädt Sie zu einer Live-Besichtigung ein ({reference})",
    greeting: "Guten Tag {name},",
    invites: "{who} möchte sich den Ort gemeinsam mit Ihnen ansehen, durch die Kamera Ihres Handys.",
    what: "Sie brauchen weder App noch Konto. Sie entscheiden, was Sie teilen: Kamera, Mikrofon, Standort und Aufzeichnung werden einzeln erfragt.",
    open: "An der Besichtigung teilnehmen",
    ends: "Der Link gilt bis {expires}.",
    ignore:
      "Wenn Sie diese Nachricht nicht erwartet haben, ignorieren Sie sie: Ohne dass Sie den Link öffnen und zustimmen, wird nichts geteilt.",
  },
};
