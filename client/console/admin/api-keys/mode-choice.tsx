import type { Mode } from "@nexbasira/core/contract/session.ts";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { FlaskConical, Zap } from "lucide-react";
import { useTranslation } from "react-i18next";

const MODES = [
  { value: "live", icon: Zap },
  { value: "test", icon: FlaskConical },
] as const;

export interface ModeChoiceProps {
  value: Mode;
  onChange: (mode: Mode) => void;
  /** A sandbox has no live mode. */
  testOnly: boolean;
}

/** Whether a key is for real inspections or for trying. */
export function ModeChoice({ value, onChange, testOnly }: ModeChoiceProps) {
  const { t } = useTranslation("console");
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-sm font-medium text-ink">{t("admin.api_keys.mode")}</legend>
      <div className="grid grid-cols-2 gap-2">
        {MODES.map(({ value: mode, icon: Icon }) => (
          <label
            key={mode}
            data-testid={`mode-${mode}`}
            className={classNames(
              "flex h-11 items-center justify-center gap-2 rounded-control border px-2 text-sm font-medium transition-colors",
              "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent-text",
              "has-disabled:bg-sunken has-disabled:text-subtle",
              mode === value
                ? "border-accent-text bg-accent-soft text-accent-text"
                : "border-control text-muted hover:bg-hover",
            )}
          >
            <input
              type="radio"
              name="mode"
              value={mode}
              checked={mode === value}
              disabled={testOnly && mode === "live"}
              onChange={() => onChange(mode)}
              className="sr-only"
            />
            <Icon size={16} aria-hidden />
            {t(`admin.modes.${mode}`)}
          </label>
        ))}
      </div>
      <p className="text-sm text-muted">
        {testOnly ? t("admin.api_keys.mode_sandbox") : t(`admin.api_keys.mode_${value}`)}
      </p>
    </fieldset>
  );
}
