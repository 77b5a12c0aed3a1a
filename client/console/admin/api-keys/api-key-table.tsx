import type { ApiKey } from "@nexbasira/core/contract/api-key.ts";
import { Scope } from "@nexbasira/core/contract/permission.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { formatDate, formatTime } from "@nexbasira/ui/format.ts";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { CircleSlash, Clock, FlaskConical, Zap } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { AdminTable } from "../admin-table.tsx";

const COLUMNS = ["name", "mode", "scopes", "made", "last_used", "ends"] as const;

/** Keys with all that is known of them. Where there is no room for columns, each key is a card with its facts. */
export function ApiKeyTable({ keys, onRevoke }: { keys: readonly ApiKey[]; onRevoke: (key: ApiKey) => void }) {
  const { t } = useTranslation("console");
  return (
    <AdminTable
      headings={COLUMNS.map((name) => t(`admin.api_keys.columns.${name}`))}
      actions={t("admin.api_keys.columns.action")}
    >
      {keys.map((key) => (
        <ApiKeyRow key={key.id} apiKey={key} onRevoke={() => onRevoke(key)} />
      ))}
    </AdminTable>
  );
}

function ApiKeyRow({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const { t } = useTranslation("console");
  const { name, prefix, mode, created_by } = apiKey;
  return (
    <tr
      data-testid="api-key"
      className="border-b border-line align-top last:border-b-0 max-lg:grid max-lg:grid-cols-2 max-lg:gap-x-4 sm:max-lg:grid-cols-4 max-lg:gap-y-3 max-lg:p-4"
    >
      <th scope="row" className="min-w-40 py-3 pr-3 pl-5 font-normal max-lg:col-span-full max-lg:p-0">
        <span className="block font-semibold break-words text-ink">{name}</span>
        <span className="font-mono text-xs text-muted">{prefix}…</span>
      </th>
      <Cell label={t("admin.api_keys.columns.mode")}>
        <StatusPill
          kind={mode === "live" ? "info" : "neutral"}
          icon={mode === "live" ? Zap : FlaskConical}
          label={t(`admin.modes.${mode}`)}
        />
      </Cell>
      <Cell label={t("admin.api_keys.columns.scopes")} wide>
        <Scopes scopes={apiKey.scopes} />
      </Cell>
      <Cell label={t("admin.api_keys.columns.made")}>
        <When at={apiKey.created_at} />
        {created_by !== null && <span className="block text-muted">{created_by.name}</span>}
      </Cell>
      <Cell label={t("admin.api_keys.columns.last_used")}>
        {apiKey.last_used_at === null ? (
          <span className="text-muted">{t("admin.api_keys.never_used")}</span>
        ) : (
          <When at={apiKey.last_used_at} exact />
        )}
      </Cell>
      <Cell label={t("admin.api_keys.columns.ends")}>
        <End apiKey={apiKey} />
      </Cell>
      <td className="max-lg:empty:hidden py-2.5 pr-4 pl-3 text-right max-lg:col-span-full max-lg:p-0 max-lg:text-left">
        {isActive(apiKey) && (
          <Button
            data-testid="revoke-api-key"
            size="small"
            aria-label={t("admin.api_keys.revoke_name", { name })}
            onClick={onRevoke}
          >
            {t("admin.api_keys.revoke")}
          </Button>
        )}
      </td>
    </tr>
  );
}

function Cell({ label, wide = false, children }: { label: string; wide?: boolean; children: ReactNode }) {
  return (
    <td className={`px-3 py-3 max-lg:p-0 ${wide ? "max-lg:col-span-full max-lg:row-start-3" : ""}`}>
      <span aria-hidden className="mb-0.5 block text-xs text-muted lg:hidden">
        {label}
      </span>
      {children}
    </td>
  );
}

function Scopes({ scopes }: { scopes: ApiKey["scopes"] }) {
  const { t } = useTranslation("console");
  if (scopes.length === Scope.options.length) return t("admin.api_keys.all_scopes");
  return (
    <ul className="flex max-w-64 flex-wrap gap-1 max-lg:max-w-none">
      {scopes.map((scope) => (
        <li
          key={scope}
          className="rounded-small border border-line bg-sunken px-1.5 font-mono text-xs whitespace-nowrap text-muted"
        >
          {scope}
        </li>
      ))}
    </ul>
  );
}

function When({ at, exact = false }: { at: string; exact?: boolean }) {
  const language = useLanguage();
  return (
    <time dateTime={at} className="whitespace-nowrap">
      {formatDate(at, language)}
      {exact && `, ${formatTime(at, language)}`}
    </time>
  );
}

function End({ apiKey: { revoked_at, expires_at } }: { apiKey: ApiKey }) {
  const { t } = useTranslation("console");
  if (revoked_at !== null) {
    return (
      <span className="flex flex-col items-start gap-1">
        <StatusPill kind="danger" icon={CircleSlash} label={t("admin.api_keys.revoked")} />
        <When at={revoked_at} exact />
      </span>
    );
  }
  if (expires_at === null) return <span className="text-muted">{t("admin.api_keys.never_ends")}</span>;
  if (isPast(expires_at)) {
    return (
      <span className="flex flex-col items-start gap-1">
        <StatusPill kind="warning" icon={Clock} label={t("admin.api_keys.expired")} />
        <When at={expires_at} />
      </span>
    );
  }
  return <When at={expires_at} />;
}

function isPast(at: string): boolean {
  return Date.parse(at) <= Date.now();
}

function isActive({ revoked_at, expires_at }: ApiKey): boolean {
  return revoked_at === null && (expires_at === null || !isPast(expires_at));
}
