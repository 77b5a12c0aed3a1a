import type { AuditEntry, SessionPerson } from "@nexbasira/core/contract/console.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { formatDate, formatTime } from "@nexbasira/ui/format.ts";
import { Hash } from "@nexbasira/ui/hash.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMember } from "../identity/member-context.ts";

/** Rows shown before one asks for all. */
const FIRST_ROWS = 20;

export interface AuditTableProps {
  entries: readonly AuditEntry[];
  people: readonly SessionPerson[];
}

/** The audit log's entries for this session, as they stand in the report. */
export function AuditTable({ entries, people }: AuditTableProps) {
  const { t } = useTranslation("console");
  const { user } = useMember();
  const names = new Map([
    [`member:${user.id}`, user.name],
    ...people.map(({ participant_id, name }): [string, string] => [`participant:${participant_id}`, name]),
  ]);
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? entries : entries.slice(0, FIRST_ROWS);
  if (entries.length === 0) return <p className="text-sm text-muted">{t("audit.empty")}</p>;
  return (
    <Card padded={false}>
      <div className="relative overflow-x-auto">
        <table className="w-full min-w-4xl text-left text-sm">
          <thead>
            <tr className="border-b border-line text-xs text-muted">
              {(["sequence", "at", "actor", "action", "object", "hash"] as const).map((name) => (
                <th key={name} scope="col" className="px-4 py-2.5 font-medium whitespace-nowrap">
                  {t(`audit.columns.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((entry) => (
              <AuditRow key={entry.sequence} entry={entry} actor={names.get(entry.actor) ?? entry.actor} />
            ))}
          </tbody>
        </table>
      </div>
      {!showsAll && entries.length > FIRST_ROWS && (
        <div className="border-t border-line p-3">
          <Button variant="quiet" size="small" onClick={() => setShowsAll(true)}>
            {t("audit.show_all", { number: entries.length })}
          </Button>
        </div>
      )}
    </Card>
  );
}

function AuditRow({ entry, actor }: { entry: AuditEntry; actor: string }) {
  const language = useLanguage();
  return (
    <tr className="border-b border-line last:border-b-0">
      <td className="px-4 py-2 text-muted">{entry.sequence}</td>
      <td className="px-4 py-2 whitespace-nowrap">
        <time dateTime={entry.at}>
          {formatDate(entry.at, language)}, {formatTime(entry.at, language, true)}
        </time>
      </td>
      <td className="max-w-48 truncate px-4 py-2">{actor}</td>
      <td className="px-4 py-2 font-mono text-xs">{entry.action}</td>
      <td title={entry.object ?? undefined} className="max-w-72 truncate px-4 py-2 font-mono text-xs text-muted">
        {entry.object}
      </td>
      <td className="min-w-60 px-4 py-2">
        <Hash value={entry.hash} short className="min-h-6 items-center" />
      </td>
    </tr>
  );
}
