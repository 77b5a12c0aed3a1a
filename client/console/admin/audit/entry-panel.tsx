import type { AuditLogEntry } from "@nexbasira/core/contract/audit.ts";
import { CopyButton } from "@nexbasira/ui/copy-button.tsx";
import { formatExactTime } from "@nexbasira/ui/format.ts";
import { Hash } from "@nexbasira/ui/hash.tsx";
import { SidePanel } from "@nexbasira/ui/side-panel.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { ListFilter } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { actorName } from "./actor-name.ts";
import type { AuditFilters } from "./audit-filters.ts";
import { InclusionState } from "./inclusion-state.tsx";

export interface EntryPanelProps {
  entry: AuditLogEntry | undefined;
  onClose: () => void;
  /** Shows what else there is of the same session, object, person or action. */
  onNarrow: (filters: Partial<AuditFilters>) => void;
}

/** All of one entry: its record word for word, its hash, and whether it is proven to be in the signed log. */
export function EntryPanel({ entry, onClose, onNarrow }: EntryPanelProps) {
  const { t } = useTranslation("console");
  return (
    <SidePanel
      open={entry !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={entry === undefined ? "" : t("admin.audit.entry", { number: entry.sequence })}
    >
      {entry !== undefined && <Entry entry={entry} onNarrow={onNarrow} />}
    </SidePanel>
  );
}

function Entry({ entry, onNarrow }: { entry: AuditLogEntry; onNarrow: EntryPanelProps["onNarrow"] }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const { actor, action, session_id, subject, subject_hash, details, record } = entry;
  const actorId = `${actor.type}:${actor.id}`;
  return (
    <>
      <InclusionState entry={entry} />
      <dl className="flex flex-col gap-4 text-sm">
        <Fact name={t("audit.columns.at")}>{formatExactTime(entry.recorded_at, language)}</Fact>
        <Fact name={t("audit.columns.actor")}>
          <span className="block break-words">{actorName(actor, t)}</span>
          <span className="block font-mono text-xs break-all text-muted">{actorId}</span>
          <Narrow label={t("admin.audit.only_actor")} onClick={() => onNarrow({ actor: actorId })} />
        </Fact>
        <Fact name={t("audit.columns.action")}>
          <span className="block font-mono text-xs">{action}</span>
          <Narrow label={t("admin.audit.only_action")} onClick={() => onNarrow({ action })} />
        </Fact>
        {session_id !== null && (
          <Fact name={t("admin.audit.session")}>
            <Link
              to={`/console/sessions/${session_id}`}
              className="block font-mono text-xs break-all text-accent-text underline underline-offset-2"
            >
              {session_id}
            </Link>
            <Narrow label={t("admin.audit.only_session")} onClick={() => onNarrow({ about: session_id })} />
          </Fact>
        )}
        {subject !== null && (
          <Fact name={t("audit.columns.object")}>
            <span className="block font-mono text-xs break-all">
              {subject.type}:{subject.id}
            </span>
            {subject_hash !== null && <Hash value={subject_hash} className="mt-1" />}
            {subject.id !== session_id && (
              <Narrow label={t("admin.audit.only_object")} onClick={() => onNarrow({ about: subject.id })} />
            )}
          </Fact>
        )}
        {Object.keys(details).length > 0 && (
          <Fact name={t("admin.audit.details")}>
            <ul className="flex flex-col gap-0.5 font-mono text-xs">
              {Object.entries(details).map(([name, value]) => (
                <li key={name} className="break-all">
                  <span className="text-muted">{name}: </span>
                  {String(value)}
                </li>
              ))}
            </ul>
          </Fact>
        )}
        <Fact name={t("audit.columns.hash")}>
          <Hash value={entry.hash} />
        </Fact>
        <Fact name={t("admin.audit.previous_hash")}>
          <Hash value={entry.previous_hash} />
        </Fact>
        <Fact name={t("admin.audit.record")}>
          <div className="flex flex-col items-start gap-2">
            <section
              // What scrolls has to be reached by the keyboard.
              // biome-ignore lint/a11y/noNoninteractiveTabindex: as above.
              tabIndex={0}
              aria-label={t("admin.audit.record")}
              className="max-h-48 w-full overflow-auto rounded-control bg-sunken p-3"
            >
              <pre data-testid="record" className="font-mono text-xs break-all whitespace-pre-wrap">
                {record}
              </pre>
            </section>
            <CopyButton text={record} />
          </div>
        </Fact>
      </dl>
    </>
  );
}

function Narrow({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="inline-flex min-h-7 items-center gap-1.5 text-sm font-medium text-accent-text underline-offset-2 hover:underline"
    >
      <ListFilter size={14} aria-hidden />
      {label}
    </button>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-0.5">
      <dt className="text-xs text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
