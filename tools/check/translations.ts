import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { PROJECT } from "../setup/paths.mjs";
import { isNode, readSource, sourceFiles, syntaxNodes } from "./source-files.ts";

const FOLDER = "client/ui/translations";
const SOURCE_LANGUAGE = "en";

/** Texts by `namespace:key`; nested keys are joined with dots, as i18next does. */
export type Texts = Map<string, string>;

type Nested = { [key: string]: string | Nested };
const nested: z.ZodType<Nested> = z.lazy(() => z.record(z.string(), z.union([z.string(), nested])));

/** Holds the translation files to each other and to the code that uses them. */
export function checkTranslations(): string[] {
  const languages = entries(FOLDER).filter((name) => /^[a-z]{2}$/.test(name));
  const texts = new Map(languages.map((language) => [language, readLanguage(language)]));
  const english = texts.get(SOURCE_LANGUAGE);
  if (english === undefined) return [`${FOLDER}/${SOURCE_LANGUAGE} is missing.`];
  const others = languages.filter((language) => language !== SOURCE_LANGUAGE);
  const sources = sourceFiles(["client"])
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .map((file) => ({ file, source: readSource(file) }));
  return [
    ...others.flatMap((language) => compareTexts(language, english, texts.get(language) ?? new Map())),
    ...compareUses(english, sources),
  ];
}

/** What a language's texts lack, or have too much, beside the English. */
export function compareTexts(language: string, english: Texts, translated: Texts): string[] {
  const wanted = expectedKeys(language, english);
  const faults: string[] = [];
  for (const [key, original] of wanted) {
    const text = translated.get(key);
    if (text === undefined) faults.push(`${language}: ${key} is missing.`);
    else if (text.trim() === "") faults.push(`${language}: ${key} is empty.`);
    else faults.push(...compareMarks(language, key, original, text));
  }
  for (const key of translated.keys()) {
    if (!wanted.has(key) && !isRarePlural(language, key, wanted)) faults.push(`${language}: ${key} is not in English.`);
  }
  return faults;
}

/** The keys a language must have, each with its English text: of a plural, the forms that whole numbers need there. */
function expectedKeys(language: string, english: Texts): Texts {
  const wanted: Texts = new Map();
  for (const [key, text] of english) {
    const base = pluralBase(key);
    if (base === undefined || !english.has(`${base}_other`)) wanted.set(key, text);
    else for (const form of pluralForms(language)) wanted.set(`${base}_${form}`, english.get(`${base}_other`) ?? text);
  }
  return wanted;
}

/** The plural forms of the whole numbers up to a thousand: Czech's "many", say, is for fractions. */
function pluralForms(language: string): Set<string> {
  const rules = new Intl.PluralRules(language);
  return new Set(Array.from({ length: 1001 }, (_, count) => rules.select(count)));
}

/** A form that only fractions or huge numbers take: it may be there and need not. */
function isRarePlural(language: string, key: string, wanted: Texts): boolean {
  const base = pluralBase(key);
  if (base === undefined || !wanted.has(`${base}_other`)) return false;
  const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
  return pluralCategories.some((category) => key === `${base}_${category}`);
}

function pluralBase(key: string): string | undefined {
  return /^(.+)_(?:zero|one|two|few|many|other)$/.exec(key)?.[1];
}

/** A text must have the placeholders and tags of the English; "one shape" may do without the number. */
function compareMarks(language: string, key: string, original: string, text: string): string[] {
  const wanted = marksOf(original);
  const found = marksOf(text);
  const mayLack = /_(?:zero|one|two)$/.test(key) ? new Set(["{{count}}"]) : new Set<string>();
  const missing = [...wanted].filter((mark) => !found.has(mark) && !mayLack.has(mark));
  const extra = [...found].filter((mark) => !wanted.has(mark));
  return [
    ...missing.map((mark) => `${language}: ${key} lacks ${mark}.`),
    ...extra.map((mark) => `${language}: ${key} has ${mark}, which is not in English.`),
  ];
}

function marksOf(text: string): Set<string> {
  const placeholders = [...text.matchAll(/\{\{\s*-?\s*([\w.]+)[^}]*\}\}/g)].map(([, name]) => `{{${name}}}`);
  const tags = [...text.matchAll(/<\/?\w+\s*\/?>/g)].map(([tag]) => tag);
  return new Set([...placeholders, ...tags]);
}

/** Keys that the code names and English lacks, and those that English has and no code names. */
export function compareUses(english: Texts, sources: { file: string; source: string }[]): string[] {
  const plain = [...english.keys()].map(withoutNamespace);
  const keys = new Set([...plain, ...plain.flatMap((key) => pluralBase(key) ?? [])]);
  const used = new Set<string>();
  const faults: string[] = [];
  for (const { file, source } of sources) {
    const { named, patterns, literals } = usesIn(file, source);
    for (const key of named) if (!keys.has(key)) faults.push(`${file}: t("${key}") is not in English.`);
    for (const pattern of patterns) {
      const matching = [...keys].filter((key) => pattern.test(key));
      if (matching.length === 0) faults.push(`${file}: no key in English is like ${pattern.source}.`);
      for (const key of matching) used.add(key);
    }
    for (const key of [...named, ...literals]) used.add(key);
  }
  for (const key of english.keys()) {
    const name = withoutNamespace(key);
    if (!used.has(name) && !used.has(pluralBase(name) ?? name)) faults.push(`${SOURCE_LANGUAGE}: ${key} is not used.`);
  }
  return faults;
}

/**
 * What a file says about keys: those in `t("…")` and in `i18nKey="…"`, templates in `t(…)` as patterns, and every other
 * string, since a key may be looked up by a variable.
 */
function usesIn(file: string, source: string): { named: string[]; patterns: RegExp[]; literals: string[] } {
  const named: string[] = [];
  const patterns: RegExp[] = [];
  const literals: string[] = [];
  const take = (node: unknown): void => {
    if (!isNode(node)) return;
    if (node.type === "Literal" && typeof node.value === "string") named.push(withoutNamespace(node.value));
    if (node.type === "TemplateLiteral") patterns.push(templatePattern(node.quasis));
    if (node.type === "ConditionalExpression") for (const branch of [node.consequent, node.alternate]) take(branch);
    if (node.type === "ArrayExpression" && Array.isArray(node.elements))
      for (const element of node.elements) take(element);
  };
  for (const node of syntaxNodes(file, source)) {
    if (node.type === "CallExpression" && isTranslate(node.callee) && Array.isArray(node.arguments))
      take(node.arguments[0]);
    else if (node.type === "JSXAttribute" && isNode(node.name) && node.name.name === "i18nKey") take(node.value);
    else if (node.type === "Literal" && typeof node.value === "string") literals.push(withoutNamespace(node.value));
  }
  return { named, patterns, literals };
}

function isTranslate(callee: unknown): boolean {
  if (!isNode(callee)) return false;
  if (callee.type === "Identifier") return callee.name === "t";
  return callee.type === "MemberExpression" && isNode(callee.property) && callee.property.name === "t";
}

function templatePattern(quasis: unknown): RegExp {
  const parts = Array.isArray(quasis) ? quasis.map((quasi) => String(quasi?.value?.cooked ?? "")) : [];
  return new RegExp(
    `^${withoutNamespace(parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".+"))}$`,
  );
}

function withoutNamespace(key: string): string {
  return key.replace(/^\w+:/, "");
}

function readLanguage(language: string): Texts {
  const texts: Texts = new Map();
  const add = (value: string | Nested, key: string) => {
    if (typeof value === "string") texts.set(key, value);
    else
      for (const [name, inner] of Object.entries(value))
        add(inner, key.endsWith(":") ? `${key}${name}` : `${key}.${name}`);
  };
  for (const file of entries(`${FOLDER}/${language}`)) {
    add(nested.parse(JSON.parse(readSource(`${FOLDER}/${language}/${file}`))), `${basename(file, ".json")}:`);
  }
  return texts;
}

function entries(folder: string): string[] {
  return readdirSync(join(PROJECT, folder)).sort();
}
