import { Button } from "@nexbasira/ui/button.tsx";
import { NativeSelect } from "@nexbasira/ui/native-select.tsx";
import { TextField } from "@nexbasira/ui/text-field.tsx";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { Search, X } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { listApiKeys } from "../../api/api-keys.ts";
import { queryKeys } from "../../api/keys.ts";
import { listMembers } from "../../api/organization.ts";
import { AUDIT_ACTIONS } from "./audit-actions.ts";
import { type AuditFilters, isFiltered, NO_FILTERS } from "./audit-filters.ts";
import { findId } from "./find-id.ts";

export interface AuditFilterBarProps {
  filters: AuditFilters;
  onChange: (filters: AuditFilters) => void;
}

/** By session or object, actor, action and day. A session is typed as its reference or its id, an object as its id. */
export function AuditFilterBar({ filters, onChange }: AuditFilterBarProps) {
  const { t } = useTranslation("console");
  const actors = useActors(filters.actor);
  return (
    <search className="grid items-end gap-3 sm:grid-cols-2 lg:grid-cols-[minmax(0,1.5fr)_minmax(0,1.3fr)_minmax(0,1.3fr)_9.5rem_9.5rem_auto]">
      <AboutField key={filters.about} value={filters.about} onChange={(about) => onChange({ ...filters, about })} />
      <NativeSelect
        label={t("audit.columns.actor")}
        name="actor"
        value={filters.actor}
        options={[{ value: "", label: t("admin.audit.anyone") }, ...actors]}
        onChange={(actor) => onChange({ ...filters, actor })}
      />
      <ActionField
        key={`action ${filters.action}`}
        value={filters.action}
        onChange={(action) => onChange({ ...filters, action })}
      />
      <TextField
        label={t("admin.audit.from")}
        name="from"
        type="date"
        value={filters.from}
        onChange={(event) => onChange({ ...filters, from: event.target.value })}
      />
      <TextField
        label={t("admin.audit.to")}
        name="to"
        type="date"
        value={filters.to}
        onChange={(event) => onChange({ ...filters, to: event.target.value })}
      />
      <Button icon={X} variant="quiet" disabled={!isFiltered(filters)} onClick={() => onChange(NO_FILTERS)}>
        {t("admin.audit.clear")}
      </Button>
    </search>
  );
}

/** Members and API keys by name, the system's own parts, and whoever the address names. */
function useActors(chosen: string): { value: string; label: string }[] {
  const { t } = useTranslation("console");
  const members = useInfiniteQuery({
    queryKey: queryKeys.members,
    queryFn: ({ pageParam, signal }) => listMembers(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const keys = useQuery({
    queryKey: queryKeys.apiKeyList("active"),
    queryFn: ({ signal }) => listApiKeys("active", null, signal),
    select: ({ data }) => data,
  });
  const known = [
    ...(members.data?.pages ?? []).flatMap(({ data }) =>
      data.map(({ id, name }) => ({ value: `member:${id}`, label: name })),
    ),
    ...(keys.data ?? []).map(({ id, name }) => ({ value: `api_key:${id}`, label: t("admin.audit.key", { name }) })),
    { value: "system:retention", label: t("admin.audit.by_rule") },
    { value: "system:room", label: t("admin.audit.by_room") },
    { value: "system:event", label: t("admin.audit.by_event_link") },
  ];
  const isKnown = chosen === "" || known.some(({ value }) => value === chosen);
  return isKnown ? known : [...known, { value: chosen, label: chosen }];
}

interface TypedProps {
  value: string;
  onChange: (value: string) => void;
}

function AboutField({ value, onChange }: TypedProps) {
  const { t } = useTranslation("console");
  const [typed, setTyped] = useState(value);
  const find = useMutation({ mutationFn: findId, onSuccess: (id) => id !== undefined && onChange(id) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() === "") onChange("");
    else find.mutate(typed.trim());
  };
  const notFound = find.isSuccess && find.data === undefined;
  return (
    <form onSubmit={submit} className="flex items-end gap-2">
      <div className="min-w-0 flex-1">
        <TextField
          label={t("admin.audit.about")}
          name="about"
          autoComplete="off"
          placeholder="INS-42871"
          value={typed}
          error={notFound || find.isError ? t("admin.audit.not_found") : undefined}
          onChange={(event) => {
            find.reset();
            setTyped(event.target.value);
          }}
        />
      </div>
      <Button
        type="submit"
        icon={Search}
        busy={find.isPending}
        aria-label={t("admin.audit.find")}
        className="px-2.5!"
      />
    </form>
  );
}

function ActionField({ value, onChange }: TypedProps) {
  const { t } = useTranslation("console");
  const list = useId();
  const [typed, setTyped] = useState(value);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChange(typed.trim());
  };
  return (
    <form onSubmit={submit}>
      <TextField
        label={t("audit.columns.action")}
        name="action"
        autoComplete="off"
        list={list}
        placeholder="evidence.viewed"
        value={typed}
        onBlur={() => typed.trim() !== value && onChange(typed.trim())}
        onChange={(event) => {
          setTyped(event.target.value);
          // Chosen from the list: whole at once.
          if (AUDIT_ACTIONS.includes(event.target.value)) onChange(event.target.value);
        }}
      />
      <datalist id={list}>
        {AUDIT_ACTIONS.map((action) => (
          <option key={action} value={action} />
        ))}
      </datalist>
    </form>
  );
}
