import { controlClass, describedBy, Field } from "@nexbasira/ui/field.tsx";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Segments } from "../segments.tsx";
import { type DaysDraft, toDays } from "./retention-draft.ts";

export interface DaysFieldProps {
  name: string;
  label: string;
  hint: string;
  value: DaysDraft;
  onChange: (value: DaysDraft) => void;
}

/** For ever, or so many days after a session's end. */
export function DaysField({ name, label, hint, value, onChange }: DaysFieldProps) {
  const { t } = useTranslation("console");
  const id = useId();
  const error = toDays(value) === undefined ? t("admin.retention.days_wrong") : undefined;
  return (
    <div data-testid={`rule-${name}`}>
      <Field id={id} label={label} hint={hint} error={error}>
        <div className="flex flex-wrap items-center gap-3">
          <Segments
            label={label}
            value={value.limited ? "limited" : "ever"}
            segments={[
              { value: "ever", label: t("admin.retention.ever") },
              { value: "limited", label: t("admin.retention.limited") },
            ]}
            onChange={(choice) => onChange({ ...value, limited: choice === "limited" })}
          />
          <div className="flex items-center gap-2">
            <input
              id={id}
              inputMode="numeric"
              autoComplete="off"
              disabled={!value.limited}
              value={value.limited ? value.days : ""}
              onChange={(event) => onChange({ ...value, days: event.target.value })}
              aria-invalid={error !== undefined || undefined}
              aria-describedby={describedBy(id, hint, error)}
              className={`${controlClass(error !== undefined, false)} w-24!`}
            />
            <span className="text-sm text-muted">{t("admin.retention.days")}</span>
          </div>
        </div>
      </Field>
    </div>
  );
}
