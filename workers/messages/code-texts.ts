import type { Language } from "@nexbasira/core/contract/common.ts";

interface CodeTexts {
  /** `{code}`, `{reference}`, `{who}`. */
  sms: string;
  subject: string;
  greeting: string;
  /** What the code is for. */
  drawing: string;
  document: string;
  ends: string;
  ignore: string;
}

/** What a message with a one-time code says, in each language. */
export const CODE_TEXTS: Record<Language, CodeTexts> = {
  en: {
    sms: "{code} is your code to sign {reference} for {who}. Valid for 10 minutes. Do not pass it on.",
    subject: "{code}: your code to sign {reference}",
    greeting: "Hello {name},",
    drawing: "with this code you confirm your signature of the inspection {reference} for {who}:",
    document: "with this code you sign the report on the inspection {reference} for {who}:",
    ends: "It is valid for 10 minutes, once, and for this signature alone. Nobody from {who} will ever ask you for it.",
    ignore: "If you are not about to sign anything, ignore this message: nothing happens without the code.",
  },
  fr: {
    sms: "{code} est votre code pour signer {reference} pour {who}. Valable 10 minutes. Ne le transmettez à personne.",
    subject: "{code} : votre code pour signer {reference}",
    greeting: "Bonjour {name},",
    drawing: "avec ce code, vous confirmez votre signature de l’inspection {reference} pour {who} :",
    document: "avec ce code, vous signez le rapport de l’inspection {reference} pour {who} :",
    ends: "Il est valable 10 minutes, une seule fois et pour cette seule signature. Personne chez {who} ne vous le demandera.",
    ignore: "Si vous n’êtes pas en train de signer, ignorez ce message : rien ne se passe sans le code.",
  },
  cs: {
    sms: "{code} je váš kód k podpisu {reference} pro {who}. Platí 10 minut. Nikomu ho nesdělujte.",
    subject: "{code}: váš kód k podpisu {reference}",
    greeting: "Dobrý den, {name},",
    drawing: "tímto kódem potvrdíte svůj podpis prohlídky {reference} pro {who}:",
    document: "tímto kódem podepíšete zprávu z prohlídky {reference} pro {who}:",
    ends: "Platí 10 minut, jednou a jen pro tento podpis. Nikdo z {who} se vás na něj nikdy nezeptá.",
    ignore: "Pokud právě nic nepodepisujete, zprávu ignorujte: bez kódu se nic nestane.",
  },
  de: {
    sms: "{code} ist Ihr Code zum Unterschreiben von {reference} für {who}. 10 Minuten gültig. Geben Sie ihn nicht weiter.",
    subject: "{code}: Ihr Code zum Unterschreiben von {reference}",
    greeting: "Guten Tag {name},",
    drawing: "mit diesem Code bestätigen Sie Ihre Unterschrift zur Besichtigung {reference} für {who}:",
    document: "mit diesem Code unterschreiben Sie den Bericht über die Besichtigung {reference} für {who}:",
    ends: "Er gilt 10 Minuten, einmal und nur für diese Unterschrift. Niemand von {who} wird Sie je danach fragen.",
    ignore: "Wenn Sie gerade nichts unterschreiben, ignorieren Sie diese Nachricht: Ohne den Code geschieht nichts.",
  },
};
