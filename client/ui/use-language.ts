import { useTranslation } from "react-i18next";
import { type Language, supportedLanguage } from "./i18n.ts";

/** The language the page is shown in; for the functions of format.ts. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return supportedLanguage(i18n.resolvedLanguage) ?? "en";
}
