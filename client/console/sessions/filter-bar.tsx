import { SessionStatus } from "@nexbasira/core/contract/session.ts";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { controlClass } from "@nexbasira/ui/field.tsx";
import { ChevronDown, Search } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { PERIODS, type SessionFilters } from "./session-filters.ts";

/** Typing is over when nothing was typed for this long. */
const TYPING_MS = 300;

export interface FilterBarProps {
  filters: SessionFilters;
  onChange: (filters: SessionFilters) => void;
}

export function FilterBar({ filters, onChange }: FilterBarProps) {
  return (
    <search className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <StatusChoice value={filters.status} onChange={(status) => onChange({ ...filters, status })} />
      <div className="flex min-w-72 flex-1 gap-2 md:justify-end">
        <ReferenceField value={filters.reference} onChange={(reference) => onChange({ ...filters, reference })} />
        <PeriodChoice value={filters.period} onChange={(period) => onChange({ ...filters, period })} />
      </div>
    </search>
  );
}

function StatusChoice({
  value,
  onChange,
}: {
  value: SessionStatus | undefined;
  onChange: (v?: SessionStatus) => void;
}) {
  const { t } = useTranslation("console");
  const choices = [undefined, ...SessionStatus.options];
  return (
    <fieldset className="-mx-4 flex max-w-[100vw] gap-1 overflow-x-auto px-4 py-1 sm:mx-0 sm:px-0">
      <legend className="sr-only">{t("sessions.columns.status")}</legend>
      {choices.map((status) => (
        <button
          key={status ?? "all"}
          type="button"
          aria-pressed={status === value}
          onClick={() => onChange(status)}
          className={classNames(
            "h-8 shrink-0 rounded-full px-3 text-sm font-medium transition-colors",
            status === value ? "bg-ink text-(color:--nb-base)" : "text-muted hover:bg-hover hover:text-ink",
          )}
        >
          {status === undefined ? t("sessions.all") : t(`status.${status}`)}
        </button>
      ))}
    </fieldset>
  );
}

function ReferenceField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("console");
  const [typed, setTyped] = useState(value);
  // The address may change by itself: the browser's Back, or "clear filters".
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => onChange(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <div className="relative min-w-0 flex-1 md:max-w-56">
      <Search size={16} aria-hidden className="pointer-events-none absolute inset-y-0 left-3 my-auto text-subtle" />
      <input
        type="search"
        data-testid="filter-reference"
        aria-label={t("sessions.find")}
        placeholder={t("sessions.find")}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className={classNames(controlClass(false, false), "pl-9")}
      />
    </div>
  );
}

type PeriodValue = SessionFilters["period"];

function PeriodChoice({ value, onChange }: { value: PeriodValue; onChange: (value: PeriodValue) => void }) {
  const { t } = useTranslation("console");
  return (
    <div className="relative shrink-0">
      <select
        aria-label={t("sessions.period")}
        value={value ?? ""}
        onChange={(event) => onChange(PERIODS.find((period) => period === event.target.value))}
        className={classNames(controlClass(false, false), "appearance-none pr-9")}
      >
        <option value="">{t("sessions.periods.all")}</option>
        {PERIODS.map((period) => (
          <option key={period} value={period}>
            {t(`sessions.periods.${period}`)}
          </option>
        ))}
      </select>
      <ChevronDown
        size={16}
        aria-hidden
        className="pointer-events-none absolute inset-y-0 right-3 my-auto text-muted"
      />
    </div>
  );
}
