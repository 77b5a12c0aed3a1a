import { Languages } from "lucide-react";
import { useTranslation } from "react-i18next";
import { classNames } from "./class-names.ts";
import { chooseLanguage, LANGUAGE_NAMES, LANGUAGES, supportedLanguage } from "./i18n.ts";

/** The page's language, each by its own name; the choice stays on this device. */
export function LanguageSwitch({ touch = false, className }: { touch?: boolean; className?: string }) {
  const { t, i18n } = useTranslation();
  return (
    <div className={classNames("relative inline-flex items-center text-muted", className)}>
      <Languages size={20} aria-hidden className="pointer-events-none absolute left-2.5" />
      <select
        aria-label={t("language")}
        value={supportedLanguage(i18n.resolvedLanguage) ?? "en"}
        onChange={(event) => {
          const language = supportedLanguage(event.target.value);
          if (language !== undefined) void chooseLanguage(i18n, language);
        }}
        className={classNames(
          "appearance-none rounded-control bg-transparent pr-3 pl-9 font-medium text-ink hover:bg-hover",
          touch ? "h-12 text-base" : "h-9 text-sm",
        )}
      >
        {LANGUAGES.map((language) => (
          <option key={language} value={language} lang={language}>
            {LANGUAGE_NAMES[language]}
          </option>
        ))}
      </select>
    </div>
  );
}
