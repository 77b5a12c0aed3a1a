import { expect, test } from "vitest";
import { compareTexts, compareUses } from "./translations.ts";

const english = new Map([
  ["common:save", "Save"],
  ["common:hello", "Hello {{name}}, <0>sign in</0>"],
  ["common:shapes_one", "{{count}} shape"],
  ["common:shapes_other", "{{count}} shapes"],
]);
const german = new Map([
  ["common:save", "Speichern"],
  ["common:hello", "Hallo {{name}}, <0>anmelden</0>"],
  ["common:shapes_one", "eine Form"],
  ["common:shapes_other", "{{count}} Formen"],
]);

test("a whole translation has no fault", () => {
  expect(compareTexts("de", english, german)).toEqual([]);
});

test("a language needs the plural forms of its own whole numbers, and may have the rarer ones", () => {
  const czech = new Map([...german, ["common:shapes_few", "{{count}} tvary"]]);
  expect(compareTexts("cs", english, czech)).toEqual([]);
  expect(compareTexts("cs", english, new Map([...czech, ["common:shapes_many", "{{count}} tvaru"]]))).toEqual([]);
  expect(compareTexts("cs", english, german)).toEqual(["cs: common:shapes_few is missing."]);
  expect(compareTexts("de", english, czech)).toEqual(["de: common:shapes_few is not in English."]);
});

test.each([
  ["a missing key", "common:save", undefined, "de: common:save is missing."],
  ["an empty text", "common:save", " ", "de: common:save is empty."],
  ["a lost placeholder", "common:hello", "Hallo, <0>anmelden</0>", "de: common:hello lacks {{name}}."],
  ["a lost number", "common:shapes_other", "Formen", "de: common:shapes_other lacks {{count}}."],
  ["a lost tag", "common:hello", "Hallo {{name}}, <0>anmelden", "de: common:hello lacks </0>."],
  [
    "a foreign placeholder",
    "common:save",
    "Speichern {{nom}}",
    "de: common:save has {{nom}}, which is not in English.",
  ],
])("%s is found", (_, key, text, fault) => {
  const broken = new Map(german);
  broken.delete(key);
  if (text !== undefined) broken.set(key, text);
  expect(compareTexts("de", english, broken)).toContain(fault);
});

test("a key that English does not have is found", () => {
  expect(compareTexts("de", english, new Map([...german, ["common:old", "alt"]]))).toEqual([
    "de: common:old is not in English.",
  ]);
});

const uses = (source: string) => compareUses(english, [{ file: "a.tsx", source }]);
const ALL = `t("save"); t("hello"); t("shapes", { count });`;

test("keys that are used in every way count as used", () => {
  expect(uses(ALL)).toEqual([]);
  expect(uses(`t("common:save"); <Trans i18nKey="hello" />; i18n.t(\`sha\${x}\`, { count });`)).toEqual([]);
  expect(uses(`t(big ? "save" : "hello"); const key = "shapes"; t(key, { count });`)).toEqual([]);
});

test("a key that nobody uses is found", () => {
  expect(uses(`t("hello"); t("shapes", { count });`)).toEqual(["en: common:save is not used."]);
});

test("a use of a key that is not there is found", () => {
  expect(uses(`${ALL} t("remove");`)).toEqual(['a.tsx: t("remove") is not in English.']);
  expect(uses(`${ALL} t(\`tools.\${tool}\`);`)).toEqual(["a.tsx: no key in English is like ^tools\\..+$."]);
});
