import { createInstance, type i18n, type ReadCallback } from "i18next";
import { initReactI18next } from "react-i18next";
import { readStored, writeStored } from "./theme.ts";
import type common from "./translations/en/common.json";
import type consoleTexts from "./translations/en/console.json";
import type participant from "./translations/en/participant.json";

export const LANGUAGES = ["en", "fr", "cs", "de"] as const;
export type Language = (typeof LANGUAGES)[number];
export type Namespace = "common" | "participant" | "console";

/** Each language's own name for itself; never translated. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  en: "English",
  fr: "Français",
  cs: "Čeština",
  de: "Deutsch",
};

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: { common: typeof common; participant: typeof participant; console: typeof consoleTexts };
  }
}

const KEY = "nexbasira.language";

/** One chunk for each file: a page loads its own texts in one language. */
const files = import.meta.glob<Record<string, unknown>>("./translations/*/*.json", { import: "default" });

/** A language we have, from a language tag such as `de-AT`; undefined if we have none. */
export function supportedLanguage(tag: string | null | undefined): Language | undefined {
  const primary = tag?.toLowerCase().split("-")[0];
  return LANGUAGES.find((language) => language === primary);
}

/**
 * The translations of a page: `common` and the page's own namespace, in the language chosen before on this device, else
 * the browser's first that we have, else English.
 */
export async function startI18n(namespace: Namespace): Promise<i18n> {
  const instance = createInstance();
  instance.use(initReactI18next).use({
    type: "backend" as const,
    read: (language: string, name: string, callback: ReadCallback) => {
      const load = files[`./translations/${language}/${name}.json`];
      if (load === undefined) return callback(new Error(`No texts ${name} in ${language}.`), false);
      load().then(
        (texts) => callback(null, texts),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), true),
      );
    },
  });
  instance.on("languageChanged", (language) => {
    document.documentElement.lang = language;
  });
  await instance.init({
    lng: preferredLanguage(),
    fallbackLng: "en",
    supportedLngs: LANGUAGES,
    nonExplicitSupportedLngs: true,
    ns: [...new Set<Namespace>(["common", namespace])],
    defaultNS: "common",
    partialBundledLanguages: true,
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  return instance;
}

/** Changes the page's language and remembers it on this device. */
export async function chooseLanguage(instance: i18n, language: Language): Promise<void> {
  writeStored(KEY, language);
  await instance.changeLanguage(language);
}

/** Whether the language was chosen by hand on this device, so that an invitation's language does not override it. */
export function languageWasChosen(): boolean {
  return supportedLanguage(readStored(KEY)) !== undefined;
}

function preferredLanguage(): Language {
  const tags = [readStored(KEY), ...navigator.languages];
  for (const tag of tags) {
    const language = supportedLanguage(tag);
    if (language !== undefined) return language;
  }
  return "en";
}
