import { ArrowUpRight, BookOpen, Braces, Inbox, type LucideIcon, MonitorPlay } from "lucide-react";
import { useTranslation } from "react-i18next";

const STEPS: { name: "console" | "outbox" | "documents" | "openapi"; href: string; icon: LucideIcon }[] = [
  { name: "console", href: "/console/sessions", icon: MonitorPlay },
  { name: "outbox", href: "/outbox", icon: Inbox },
  { name: "documents", href: "/docs", icon: BookOpen },
  { name: "openapi", href: "/v1/openapi.json", icon: Braces },
];

/** Where to go from a new sandbox: each in a tab of its own, so that the key stays where it is. */
export function NextSteps() {
  const { t } = useTranslation("console");
  return (
    <ul className="flex flex-col divide-y divide-line overflow-hidden rounded-surface border border-line">
      {STEPS.map(({ name, href, icon: Icon }) => (
        <li key={name}>
          <a
            href={href}
            target="_blank"
            rel="noopener"
            data-testid={`sandbox-to-${name}`}
            className="group flex items-start gap-3 p-4 -outline-offset-2 hover:bg-hover"
          >
            <Icon size={20} aria-hidden className="mt-0.5 shrink-0 text-accent-text" />
            <span className="flex min-w-0 flex-1 flex-col gap-0.5">
              <span className="text-sm font-semibold text-ink">{t(`landing.sandbox.to.${name}`)}</span>
              <span className="text-sm text-muted">{t(`landing.sandbox.to.${name}_text`)}</span>
            </span>
            <ArrowUpRight size={16} aria-hidden className="mt-0.5 shrink-0 text-subtle group-hover:text-ink" />
            <span className="sr-only">{t("landing.sandbox.new_tab")}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
