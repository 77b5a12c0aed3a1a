import type { Brand } from "@nexbasira/core/contract/join.ts";
import type { Signing } from "@nexbasira/core/contract/signing.ts";
import { Button, buttonClass } from "@nexbasira/ui/button.tsx";
import { formatDate, formatSize, formatTime } from "@nexbasira/ui/format.ts";
import { Hash } from "@nexbasira/ui/hash.tsx";
import { Progress } from "@nexbasira/ui/progress.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import {
  CalendarX2,
  CircleCheckBig,
  CircleSlash2,
  FileClock,
  FileText,
  type LucideIcon,
  PenLine,
  ShieldCheck,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { MessagePage } from "../link/message-page.tsx";
import { CodeStep } from "./code-step.tsx";
import { ProviderStep } from "./provider-step.tsx";
import { RefuseStep } from "./refuse-step.tsx";
import type { SigningActions } from "./use-signing.ts";

const ICONS: Record<Exclude<Signing["state"], "none" | "drawing">, LucideIcon> = {
  preparing: FileClock,
  waiting: PenLine,
  confirmed: PenLine,
  signed: CircleCheckBig,
  refused: CircleSlash2,
  expired: CalendarX2,
  given_up: CircleSlash2,
};

export interface DocumentPageProps {
  brand: Brand | null;
  actions: SigningActions;
  signing: Signing & { state: keyof typeof ICONS };
  /** What this phone still has to send, and what the person may take along. */
  children: ReactNode;
}

/** The finished report and its participant's signature of it: at the same link as the call, minutes or days after it. */
export function DocumentPage({ brand, actions, signing, children }: DocumentPageProps) {
  const { t } = useTranslation("participant");
  const { state } = signing;
  return (
    <div data-testid="document-signing" data-state={state}>
      <MessagePage brand={brand} icon={ICONS[state]} title={t(`document.${state}.title`)}>
        <p>
          {t(signing.provider !== null ? "document.waiting.text_provider" : `document.${state}.text`, {
            reference: signing.reference,
          })}
        </p>
        {(state === "preparing" || state === "confirmed") && <Progress label={t(`document.${state}.progress`)} />}
        {state === "waiting" && <Facts signing={signing} />}
        {state === "waiting" && <Signature actions={actions} signing={signing} />}
        {(state === "confirmed" || state === "signed") && <DocumentLink signing={signing} />}
        {children}
      </MessagePage>
    </div>
  );
}

/** What is signed, as whom, and who vouched for that. */
function Facts({ signing }: { signing: Signing }) {
  const { t } = useTranslation("participant");
  const language = useLanguage();
  const { identity, name, document, expires_at } = signing;
  return (
    <div className="flex flex-col gap-4 text-ink">
      <DocumentLink signing={signing} />
      <dl className="flex flex-col gap-3 text-sm">
        {document !== null && (
          <div>
            <dt className="text-muted">{t("document.hash")}</dt>
            <dd>
              <Hash value={document.sha256} className="min-h-12 items-center" />
            </dd>
          </div>
        )}
        {name !== null && signing.provider === null && (
          <div>
            <dt className="text-muted">{t("document.name")}</dt>
            <dd className="text-base font-semibold">{name}</dd>
          </div>
        )}
      </dl>
      {identity !== null && (
        <div className="flex items-start gap-2 text-sm">
          <ShieldCheck size={20} aria-hidden className="mt-0.5 shrink-0 text-success-text" />
          <p>
            {t(`document.identity.${identity.method}`, {
              who: identity.confirmed_by,
              date: formatDate(identity.at, language),
              time: formatTime(identity.at, language),
            })}
          </p>
        </div>
      )}
      {expires_at !== null && (
        <p className="text-sm text-muted">
          {t("document.until", { date: formatDate(expires_at, language), time: formatTime(expires_at, language) })}
        </p>
      )}
    </div>
  );
}

function DocumentLink({ signing }: { signing: Signing }) {
  const { t } = useTranslation("participant");
  const language = useLanguage();
  const { document } = signing;
  if (document === null) return null;
  return (
    <a
      href={document.url}
      target="_blank"
      rel="noreferrer"
      data-testid="document-link"
      className={buttonClass("secondary", "large")}
    >
      <FileText size={20} aria-hidden />
      {t(signing.state === "signed" ? "document.read_signed" : "document.read", {
        size: formatSize(document.size, language),
      })}
    </a>
  );
}

function Signature({ actions, signing }: { actions: SigningActions; signing: Signing }) {
  const { t } = useTranslation("participant");
  const [refusing, setRefusing] = useState(false);
  if (refusing) return <RefuseStep onRefuse={actions.refuse} onBack={() => setRefusing(false)} />;
  return (
    <section aria-label={t("document.sign")} className="flex flex-col gap-4 border-t border-line pt-4">
      {signing.failed && (
        <p
          role="alert"
          data-testid="signing-failed"
          className="rounded-control bg-warning-soft px-4 py-3 text-warning-text"
        >
          {t("document.failed")}
        </p>
      )}
      {signing.provider !== null ? (
        <ProviderStep provider={signing.provider} actions={actions.provider} />
      ) : signing.code === null ? (
        <p role="alert" className="text-warning-text">
          {t("document.no_code")}
        </p>
      ) : (
        <CodeStep
          code={signing.code}
          onSend={actions.sendCode}
          onConfirm={actions.confirm}
          action={t("document.sign")}
          immediate={false}
        />
      )}
      <Button variant="quiet" size="touch" onClick={() => setRefusing(true)} data-testid="refuse">
        {t("document.refuse")}
      </Button>
    </section>
  );
}
