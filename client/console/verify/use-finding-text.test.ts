import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { REASONS } from "../../../sdk/verify/src/reasons.ts";
import { FINDINGS } from "../../../sdk/verify/src/report.ts";

/* The page says what the verifier says: its texts in the other languages are held to the English ones elsewhere. */

const { verify } = JSON.parse(readFileSync(new URL("../../ui/translations/en/console.json", import.meta.url), "utf8"));

describe.each([
  ["findings", FINDINGS],
  ["reasons", REASONS],
] as const)("the %s", (name, sentences) => {
  test("are those of the verifier, word for word, without what a program tripped over", () => {
    const expected = Object.entries<string>(sentences).map(([code, text]) => [
      code,
      text.replace(" ({detail})", "").replace(/\{(\w+)\}/g, "{{$1}}"),
    ]);
    expect(verify[name]).toEqual(Object.fromEntries(expected));
  });
});
