import { shadesOf } from "@nexbasira/core/branding/shades-of.ts";
import type { Brand } from "@nexbasira/core/contract/join.ts";
import { showBrand } from "@nexbasira/ui/brand.ts";
import { languageWasChosen } from "@nexbasira/ui/i18n.ts";
import { storedTheme } from "@nexbasira/ui/theme.ts";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

/** The invitation's language, unless the person chose another on this device. */
export function useLanguageOf(language: string | undefined): void {
  const { i18n } = useTranslation();
  useEffect(() => {
    if (language !== undefined && !languageWasChosen()) void i18n.changeLanguage(language);
  }, [i18n, language]);
}

/** The organization's colours and name, and its theme where the device has no choice of its own. */
export function useBrand(brand: Brand | undefined): void {
  const { name, accent, theme } = brand ?? {};
  useEffect(() => {
    if (name === undefined || accent === undefined) return;
    document.title = name;
    showBrand(document.documentElement, shadesOf(accent));
    if (theme !== undefined && theme !== "system" && storedTheme() === "system") {
      document.documentElement.dataset.theme = theme;
    }
  }, [name, accent, theme]);
}
