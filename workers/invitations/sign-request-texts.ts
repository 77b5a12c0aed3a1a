import type { Language } from "@nexbasira/core/contract/common.ts";
import type { InvitationTexts } from "./invitation-texts.ts";

/** What the message says that asks for the signature of a finished report, in each language. */
export const SIGN_REQUEST_TEXTS: Record<Language, InvitationTexts> = {
  en: {
    sms: "{who}: your report ({reference}) is ready to sign. Read and sign it: {link}",
    subject: "Your report is ready to sign ({reference})",
    greeting: "Hello {name},",
    invites: "the report on the inspection {reference} with {who} is ready.",
    what: "Read it on your phone and sign it there. To sign, you get a one-time code; nothing is signed without it.",
    open: "Read and sign the report",
    ends: "You can sign until {expires}. After that, the report is sealed without your signature and says so.",
    ignore: "If you did not take part in this inspection, ignore this message.",
  },
  fr: {
    sms: "{who} : votre rapport ({reference}) est prêt à signer. À lire et signer ici : {link}",
    subject: "Votre rapport est prêt à signer ({reference})",
    greeting: "Bonjour {name},",
    invites: "le rapport de l’inspection {reference} avec {who} est prêt.",
    what: "Lisez-le sur votre téléphone et signez-le au même endroit. Pour signer, vous recevez un code à usage unique ; rien n’est signé sans lui.",
    open: "Lire et signer le rapport",
    ends: "Vous pouvez signer jusqu’au {expires}. Ensuite, le rapport est scellé sans votre signature et le dit.",
    ignore: "Si vous n’avez pas participé à cette inspection, ignorez ce message.",
  },
  cs: {
    sms: "{who}: vaše zpráva ({reference}) je připravena k podpisu. Přečtěte a podepište: {link}",
    subject: "Vaše zpráva je připravena k podpisu ({reference})",
    greeting: "Dobrý den, {name},",
    invites: "zpráva z prohlídky {reference} s {who} je hotová.",
    what: "Přečtěte si ji v telefonu a tamtéž ji podepište. K podpisu dostanete jednorázový kód; bez něj se nic nepodepíše.",
    open: "Přečíst a podepsat zprávu",
    ends: "Podepsat můžete do {expires}. Poté bude zpráva zapečetěna bez vašeho podpisu a bude to v ní uvedeno.",
    ignore: "Pokud jste se této prohlídky neúčastnili, zprávu ignorujte.",
  },
  de: {
    sms: "{who}: Ihr Bericht ({reference}) liegt zur Unterschrift bereit. Lesen und unterschreiben: {link}",
    subject: "Ihr Bericht liegt zur Unterschrift bereit ({reference})",
    greeting: "Guten Tag {name},",
    invites: "der Bericht über die Besichtigung {reference} mit {who} ist fertig.",
    what: "Lesen Sie ihn auf Ihrem Handy und unterschreiben Sie ihn dort. Dafür erhalten Sie einen Einmalcode; ohne ihn wird nichts unterschrieben.",
    open: "Bericht lesen und unterschreiben",
    ends: "Sie können bis {expires} unterschreiben. Danach wird der Bericht ohne Ihre Unterschrift versiegelt; das steht dann darin.",
    ignore: "Wenn Sie an dieser Besichtigung nicht teilgenommen haben, ignorieren Sie diese Nachricht.",
  },
};
