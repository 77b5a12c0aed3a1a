import type { OutboxMessage } from "@nexbasira/core/contract/console.ts";
import { buttonClass } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { CopyButton } from "@nexbasira/ui/copy-button.tsx";
import { formatTime } from "@nexbasira/ui/format.ts";
import { QrCode } from "@nexbasira/ui/qr-code.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { ExternalLink } from "lucide-react";
import { useTranslation } from "react-i18next";

/** One message: as on the receiver's screen, and the ways to follow its link. */
export function MessageView({ message }: { message: OutboxMessage }) {
  return (
    <div className="grid min-w-0 items-start gap-6 md:grid-cols-[minmax(0,1fr)_17rem]">
      {message.channel === "sms" ? <Phone message={message} /> : <MailWindow message={message} />}
      {message.link !== null && <Ways link={message.link} phoneLink={message.phone_link} />}
    </div>
  );
}

function Ways({ link, phoneLink }: { link: string; phoneLink: string | null }) {
  const { t } = useTranslation("console");
  return (
    <Card className="flex flex-col gap-4">
      <div className="flex flex-col gap-2">
        <a
          href={link}
          target="_blank"
          rel="noreferrer"
          data-testid="open-link"
          className={buttonClass("primary", "medium", true)}
        >
          <ExternalLink size={16} aria-hidden />
          {t("outbox.open")}
        </a>
        <CopyButton text={link} label={t("invitation.copy")} />
      </div>
      {phoneLink === null ? (
        <p className="text-sm text-muted">{t("outbox.no_phone_link")}</p>
      ) : (
        <figure className="flex flex-col gap-2 border-t border-line pt-4">
          <QrCode text={phoneLink} label={t("outbox.qr")} className="w-full border border-line" />
          <figcaption className="text-sm text-muted">{t("outbox.qr_text")}</figcaption>
          <p className="font-mono text-xs break-all text-muted select-all">{phoneLink}</p>
        </figure>
      )}
    </Card>
  );
}

/** A phone's messages: its sender, the text with its link, the time. */
function Phone({ message }: { message: OutboxMessage }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  return (
    <div className="mx-auto w-full max-w-xs rounded-[36px] border-8 border-ink/85 bg-base shadow-float">
      <div className="flex min-h-[30rem] flex-col">
        <p className="border-b border-line py-3 text-center text-sm font-semibold">{t("outbox.sms_sender")}</p>
        <p className="py-3 text-center text-xs text-subtle">
          <time dateTime={message.created_at}>{formatTime(message.created_at, language)}</time>
        </p>
        <p className="mx-3 max-w-[85%] self-start rounded-[18px] rounded-bl-small bg-hover px-3.5 py-2.5 text-sm break-words whitespace-pre-wrap">
          {message.link === null ? message.text : <LinkedText text={message.text} link={message.link} />}
        </p>
      </div>
    </div>
  );
}

/** The text with its link as a link. The text may hold the same link by another address; then it stays text. */
function LinkedText({ text, link }: { text: string; link: string }) {
  const [before = "", ...after] = text.split(link);
  if (after.length === 0) return text;
  return (
    <>
      {before}
      <a href={link} target="_blank" rel="noreferrer" className="text-info-text underline">
        {link}
      </a>
      {after.join(link)}
    </>
  );
}

function MailWindow({ message }: { message: OutboxMessage }) {
  const { t } = useTranslation("console");
  return (
    <Card padded={false} className="flex flex-col">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 border-b border-line px-5 py-4 text-sm">
        <dt className="text-muted">{t("outbox.to")}</dt>
        <dd className="break-words">{message.to}</dd>
        <dt className="text-muted">{t("outbox.subject")}</dt>
        <dd className="font-medium break-words">{message.subject}</dd>
      </dl>
      {message.html === null ? (
        <p className="px-5 py-4 text-sm whitespace-pre-wrap">{message.text}</p>
      ) : (
        // No scripts, no forms, not this page's origin; its links open beside.
        <iframe
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          srcDoc={`<base target="_blank">${message.html}`}
          title={t("outbox.mail")}
          className="h-[36rem] w-full bg-white"
        />
      )}
    </Card>
  );
}
