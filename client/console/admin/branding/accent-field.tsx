import { contrastOf } from "@nexbasira/core/branding/oklch.ts";
import { shadesOf } from "@nexbasira/core/branding/shades-of.ts";
import type { Shades } from "@nexbasira/core/contract/branding.ts";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { controlClass, describedBy, Field } from "@nexbasira/ui/field.tsx";
import { formatNumber } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { CircleCheck } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { normalizeColor } from "./branding-draft.ts";

export interface AccentFieldProps {
  value: string;
  onChange: (accent: string) => void;
  error: string | undefined;
}

/** The accent, by its digits or from the browser's palette, and at once whether it can be read. */
export function AccentField({ value, onChange, error }: AccentFieldProps) {
  const { t } = useTranslation("console");
  const id = useId();
  const accent = normalizeColor(value);
  const isColor = /^#[0-9a-f]{6}$/.test(accent);
  const shades = isColor ? shadesOf(accent) : undefined;
  const hint = t("admin.branding.accent_hint");
  return (
    <div className="flex flex-col gap-3">
      <Field id={id} label={t("admin.branding.accent")} hint={hint} error={error}>
        <div className="flex gap-2">
          <input
            type="color"
            aria-label={t("admin.branding.accent_palette")}
            value={isColor ? accent : "#000000"}
            onChange={(event) => onChange(event.target.value)}
            className="h-9 w-12 shrink-0 cursor-pointer rounded-control border border-control bg-base p-1"
          />
          <input
            id={id}
            data-testid="branding-accent"
            type="text"
            autoComplete="off"
            spellCheck={false}
            value={value}
            aria-invalid={error !== undefined || undefined}
            aria-describedby={describedBy(id, hint, error)}
            onChange={(event) => onChange(event.target.value)}
            className={classNames(controlClass(error !== undefined, false), "max-w-36 font-mono")}
          />
        </div>
      </Field>
      <div aria-live="polite">
        {shades !== undefined && (
          <div data-testid="accent-verdict" className="flex flex-col gap-2">
            <p className="flex items-start gap-1.5 text-sm text-success-text">
              <CircleCheck size={16} aria-hidden className="mt-0.5 shrink-0" />
              {t("admin.branding.accent_readable")}
            </p>
            <ul className="grid gap-2 sm:grid-cols-2">
              <Verdict theme="light" shades={shades.light} accent={accent} />
              <Verdict theme="dark" shades={shades.dark} accent={accent} />
            </ul>
          </div>
        )}
      </div>
    </div>
  );
}

interface VerdictProps {
  theme: "light" | "dark";
  shades: Shades;
  accent: string;
}

/** What becomes of the accent in one theme: a button in it, its contrast, and whether its lightness was moved. */
function Verdict({ theme, shades, accent }: VerdictProps) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const ratio = formatNumber(Math.floor(contrastOf(shades.on, shades.accent) * 10) / 10, language, 1);
  return (
    <li data-theme={theme} className="flex items-center gap-3 rounded-control border border-line bg-base p-3 text-sm">
      <span
        aria-hidden
        style={{ background: shades.accent, color: shades.on }}
        className="inline-flex h-9 w-11 shrink-0 items-center justify-center rounded-control font-semibold"
      >
        Aa
      </span>
      <span className="min-w-0">
        <span className="block font-medium text-ink">{t(`admin.branding.verdict_${theme}`, { ratio })}</span>
        <span className="block text-muted">
          {shades.accent === accent ? t("admin.branding.verdict_own") : t("admin.branding.verdict_moved", shades)}
        </span>
      </span>
    </li>
  );
}
