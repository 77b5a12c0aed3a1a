import type { PersonSession } from "@nexbasira/core/contract/retention.ts";
import { formatDate } from "@nexbasira/ui/format.ts";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useTranslation } from "react-i18next";

export interface PersonSessionListProps {
  sessions: readonly PersonSession[];
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}

/** The sessions found, each to be taken or left: two people may share an address. */
export function PersonSessionList({ sessions, chosen, onChange }: PersonSessionListProps) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  return (
    <ul className="flex flex-col divide-y divide-line rounded-control border border-line">
      {sessions.map((session) => (
        <li key={session.session_id} data-testid="person-session">
          <label className="flex min-h-12 cursor-pointer items-start gap-3 px-3 py-2.5 text-sm hover:bg-hover">
            <input
              type="checkbox"
              className="mt-0.5 size-4 shrink-0 accent-(--nb-accent-text)"
              checked={chosen.has(session.session_id)}
              onChange={() => toggle(session.session_id)}
            />
            <span className="flex min-w-0 flex-1 flex-col gap-0.5">
              <span className="font-medium break-words text-ink">
                {session.reference} · {session.name}
              </span>
              <span className="break-words text-muted">
                {[formatDate(session.created_at, language), session.phone, session.email]
                  .filter((part) => part !== null)
                  .join(" · ")}
              </span>
              <span className="text-muted">{t("admin.privacy.items", { count: session.items })}</span>
              {session.legal_hold && (
                <StatusPill kind="warning" label={t("retention.held")} className="mt-1 self-start" />
              )}
            </span>
          </label>
        </li>
      ))}
    </ul>
  );
}
