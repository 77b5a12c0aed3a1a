import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const LANGUAGES = ["en", "fr", "cs", "de"];
const PLURAL = /_(zero|one|two|few|many|other)$/;

type Texts = Map<string, string>;

function textsOf(language: string, file: string): Texts {
  const texts: Texts = new Map();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === "string") texts.set(path, value);
    else if (typeof value === "object" && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, path === "" ? key : `${path}.${key}`);
    else throw new Error(`${language}/${file}: ${path} is neither a text nor a group of texts`);
  };
  walk(JSON.parse(readFileSync(new URL(`${language}/${file}`, import.meta.url), "utf8")), "");
  return texts;
}

/** Keys with plural forms, without their endings; a key such as "too_many" is none of them. */
const countedIn = (texts: Texts): Set<string> =>
  new Set([...texts.keys()].filter((key) => key.endsWith("_other")).map((key) => key.replace(PLURAL, "")));

/** The keys, those with plural forms once and without their endings. */
function keysOf(texts: Texts): string[] {
  const counted = countedIn(texts);
  const plain = (key: string): string => (counted.has(key.replace(PLURAL, "")) ? key.replace(PLURAL, "") : key);
  return [...new Set([...texts.keys()].map(plain))].sort();
}
const placeholdersOf = (text: string): string[] =>
  [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name ?? "").sort();

const files = readdirSync(new URL("en/", import.meta.url)).filter((file) => file.endsWith(".json"));
const translated = LANGUAGES.filter((language) => language !== "en").flatMap((language) =>
  files.map((file): [string, string] => [language, file]),
);

describe.each(translated)("%s/%s", (language, file) => {
  const english = textsOf("en", file);
  const texts = textsOf(language, file);

  test("has the same keys as the English file", () => {
    expect(keysOf(texts)).toEqual(keysOf(english));
  });

  test("has the same placeholders in each text", () => {
    for (const [key, text] of texts) {
      const original = english.get(key) ?? english.get(key.replace(PLURAL, "_other"));
      const wanted = placeholdersOf(original ?? "");
      // "One photo" may leave the number out.
      if (!/_(zero|one)$/.test(key)) expect(placeholdersOf(text), key).toEqual(wanted);
    }
  });
});

describe.each(LANGUAGES.flatMap((language) => files.map((file): [string, string] => [language, file])))(
  "%s/%s",
  (language, file) => {
    const texts = textsOf(language, file);

    test("has every plural form of its language", () => {
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      for (const key of countedIn(texts))
        for (const form of forms) expect([...texts.keys()]).toContain(`${key}_${form}`);
    });

    test("has no empty text", () => {
      for (const [key, text] of texts) expect(text.trim(), key).not.toBe("");
    });
  },
);
