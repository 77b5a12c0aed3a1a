import { MANIFEST_FORMAT } from "@nexbasira/core/contract/evidence-manifest.ts";
import { describe, expect, test } from "vitest";
import { sampleManifest } from "../../../../test/helpers/sample-manifest.ts";
import { checkLog } from "../log/check-log.ts";
import { Unreadable } from "../report.ts";
import { readTrust } from "../trust.ts";
import { parseManifest } from "./read-parts.ts";

const GENUINE = await sampleManifest();
const TEXT = JSON.stringify(GENUINE);

const parse = (text: string) => parseManifest(new TextEncoder().encode(text));

function edited(from: string, to: string): string {
  if (!TEXT.includes(from)) throw new Error(`the sample has no ${from}`);
  return TEXT.replace(from, () => to);
}

const REFERENCE = '"reference":"INS-42871"';
const ORGANIZATION = '"id":7,';

test("a manifest is read as it was written, escapes and unknown members included", () => {
  expect(parse(TEXT)).toEqual(GENUINE);
  expect(parse(JSON.stringify(GENUINE, null, 2))).toEqual(GENUINE);
  const words = 'a":b\\{[\u{1f44d} \ud83d\udc4d';
  const session = { ...GENUINE.session, reference: words };
  expect(parse(edited("{", '{"more":[{"a:b":{"c":[]}}],'))).toEqual(GENUINE);
  expect(parse(JSON.stringify({ ...GENUINE, session }))).toMatchObject({ session: { reference: words } });
  expect(parse(edited(REFERENCE, '"reference":"\\ud83d\\udc4d"'))).toMatchObject({
    session: { reference: "\u{1f44d}" },
  });
});

describe("a manifest is refused", () => {
  test.each<[string, string]>([
    ["a member is there twice", edited("{", '{"version":1,')],
    ["a member is there twice, once in escapes", edited("{", '{"v\\u0065rsion":1,')],
    ["a member further in is there twice", edited(REFERENCE, `"reference":"INS-1",${REFERENCE}`)],
    ["an unknown member is there twice", edited("{", '{"more":1,"more":2,')],
    ["a text holds half a character", edited(REFERENCE, '"reference":"INS-\\ud800"')],
    ["a text holds the other half", edited(REFERENCE, '"reference":"\\udc4d\\ud83d"')],
    ["a name holds half a character", edited("{", '{"\\ud800":1,')],
    ["a number is beyond what numbers hold", edited(ORGANIZATION, '"id":9007199254740993,')],
    ["a number is without end", edited(ORGANIZATION, '"id":1e999,')],
    ["a number has a fraction", edited(ORGANIZATION, '"id":7.5,')],
    ["it is cut short", TEXT.slice(0, -1)],
    ["something follows it", `${TEXT}{}`],
    ["it is another thing", `"${MANIFEST_FORMAT}"`],
    ["it is nothing", ""],
  ])("where %s", (_name, text) => {
    expect(parse(text)).toMatchObject({ code: "damaged" });
  });

  test("where its bytes are no UTF-8, of half a character as well", () => {
    const bytes = Buffer.from(TEXT);
    for (const wrong of [[0xed, 0xa0, 0x80], [0xff], [0xc0, 0x80]]) {
      const file = Buffer.concat([bytes, Buffer.from(wrong)]);
      expect(parseManifest(file)).toBeInstanceOf(Unreadable);
    }
  });

  test.each(Object.keys(GENUINE))("where its %s is of another type", (field) => {
    const genuine = Object.entries(GENUINE).find(([name]) => name === field)?.[1];
    const typeOf = (value: unknown) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);
    const others = [null, true, -1, "x", ["x"], [[]], [null], {}].filter(
      (value) => Array.isArray(value) || typeOf(value) !== typeOf(genuine),
    );
    for (const value of [...others, undefined])
      expect(parse(JSON.stringify({ ...GENUINE, [field]: value })), JSON.stringify(value)).toMatchObject({
        code: "damaged",
      });
  });

  test.each([
    ["lists", "[", "]"],
    ["objects", '{"a":', "}"],
  ])("where a hundred thousand %s lie in each other, wherever they do", (_name, open, close) => {
    const deep = `${open.repeat(100_000)}0${close.repeat(100_000)}`;
    for (const text of [deep, open.repeat(100_000), edited("{", `{"more":${deep},`)])
      expect(parse(text)).toMatchObject({ code: "too_large" });
  });
});

test("an entry whose record is no JSON, or is deep in itself, is none", async () => {
  for (const record of ["", "[".repeat(60_000), `${'{"a":'.repeat(10_000)}0${"}".repeat(10_000)}`]) {
    const manifest = parse(JSON.stringify({ ...GENUINE, entries: [{ record, inclusion: [] }] }));
    if (manifest instanceof Unreadable) throw manifest;
    const log = await checkLog(manifest, { trust: await readTrust({}, new Date()), documentKeys: [] });
    expect(log.findings.map(({ code, reason }) => [code, reason?.code])).toContainEqual([
      "entries_hole",
      "entry_unreadable",
    ]);
  }
});
