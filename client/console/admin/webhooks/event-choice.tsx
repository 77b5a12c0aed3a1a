import { CircleAlert } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Segments } from "../segments.tsx";
import { EVENT_CHOICES } from "./endpoint-draft.ts";
import { useEventText } from "./event-texts.ts";

export interface EventChoiceProps {
  all: boolean;
  value: readonly string[];
  onChange: (change: { all?: boolean; event_types?: readonly string[] }) => void;
  error: string | undefined;
}

/** All events, or those that are chosen, in words and with their names. */
export function EventChoice({ all, value, onChange, error }: EventChoiceProps) {
  const { t } = useTranslation("console");
  const textOf = useEventText();
  const id = useId();
  // An endpoint made by the API may have subscribed by another name of an event: it stays until it is taken away.
  const choices = [...EVENT_CHOICES, ...value.filter((name) => !EVENT_CHOICES.some((choice) => choice === name))];
  const set = (name: string, on: boolean) =>
    onChange({ event_types: choices.filter((choice) => (choice === name ? on : value.includes(choice))) });
  return (
    <fieldset
      tabIndex={-1}
      data-invalid={error !== undefined || undefined}
      aria-describedby={error === undefined ? undefined : `${id}-error`}
      className="flex flex-col gap-3"
    >
      <legend className="mb-1.5 text-sm font-medium text-ink">{t("admin.webhooks.events_label")}</legend>
      <Segments
        label={t("admin.webhooks.events_label")}
        value={all ? "all" : "some"}
        segments={[
          { value: "all", label: t("admin.webhooks.events_all") },
          { value: "some", label: t("admin.webhooks.events_some") },
        ]}
        onChange={(chosen) => onChange({ all: chosen === "all" })}
      />
      {error !== undefined && (
        <p id={`${id}-error`} className="flex items-start gap-1.5 text-sm text-danger-text">
          <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
          {error}
        </p>
      )}
      {all ? (
        <p className="text-sm text-muted">{t("admin.webhooks.events_all_hint")}</p>
      ) : (
        <div className="flex flex-col rounded-surface border border-line py-1.5">
          {choices.map((name) => (
            <label key={name} className="flex cursor-pointer items-start gap-3 px-4 py-2 hover:bg-hover">
              <input
                type="checkbox"
                data-testid={`event-${name}`}
                checked={value.includes(name)}
                onChange={(event) => set(name, event.target.checked)}
                className="mt-0.5 size-4 shrink-0 accent-accent"
              />
              <span className="flex min-w-0 flex-col">
                <span className="text-sm text-ink">{textOf(name)}</span>
                <span className="font-mono text-xs break-all text-muted">{name}</span>
              </span>
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}
