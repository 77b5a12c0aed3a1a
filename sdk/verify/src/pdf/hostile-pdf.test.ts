import { deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { Unreadable } from "../report.ts";
import { verify } from "../verify.ts";

/** A PDF of these objects, whether or not they make sense. */
function pdf(objects: Readonly<Record<number, string>>, trailer = ""): string {
  let text = "%PDF-1.7\n";
  let table = "xref\n";
  for (const [number, body] of Object.entries(objects)) {
    table += `${number} 1\n${String(text.length).padStart(10, "0")} 00000 n \n`;
    text += `${number} 0 obj\n${body}\nendobj\n`;
  }
  return `${text}${table}trailer\n<< /Root 1 0 R /Size 99999 ${trailer} >>\nstartxref\n${text.length}\n%%EOF\n`;
}

const catalog = (more = "") => `<< /Type /Catalog ${more} >>`;
const references = (count: number, first = 10) => Array.from({ length: count }, (_, i) => `${first + i} 0 R`).join(" ");

function stream(data: Uint8Array, dictionary = ""): string {
  return `<< /Length ${data.length} ${dictionary} >>\nstream\n${Buffer.from(data).toString("latin1")}\nendstream`;
}

/** A file that consists of one cross-reference stream. */
function crossReferences(dictionary: string, data: Uint8Array): string {
  const packed = deflateSync(data);
  const object = `9 0 obj\n${stream(packed, `/Type /XRef /Root 1 0 R /Filter /FlateDecode ${dictionary}`)}\nendobj`;
  return `%PDF-1.7\n${object}\nstartxref\n9\n%%EOF\n`;
}

/** What is answered: a verdict, or why there is none. */
async function judge(text: string): Promise<string> {
  try {
    return (await verify(new Uint8Array(Buffer.from(text, "latin1")))).verdict;
  } catch (error) {
    if (error instanceof Unreadable) return error.code;
    throw error;
  }
}

/** Objects that each begin in the one before and end with it: `count` of them would be read as often as the whole file. */
function nested(count: number, size: number): string {
  const head = pdf({ 1: catalog(`/AcroForm << /Fields [${references(count)}] >>`) });
  let text = head.slice(0, head.indexOf("xref\n"));
  let table = `xref\n1 1\n${"9".padStart(10, "0")} 00000 n \n10 ${count}\n`;
  for (let i = 0; i < count; i++) {
    table += `${String(text.length).padStart(10, "0")} 00000 n \n`;
    text += `${i + 10} 0 obj (`;
  }
  text += "a".repeat(size) + ") endobj ".repeat(count);
  return `${text}${table}trailer\n<< /Root 1 0 R /Size 99999 >>\nstartxref\n${text.length}\n%%EOF\n`;
}

describe("a PDF that is made to take for ever, or all memory, is refused", { timeout: 60_000 }, () => {
  test.each<[string, string, () => string]>([
    ["objects that lie in each other", "too_large", () => nested(3000, 100_000)],
    ["a million values and one", "too_large", () => pdf({ 1: catalog(`/X [${"0 ".repeat(1_000_001)}]`) })],
    ["a string of eighty megabytes", "too_large", () => pdf({ 1: catalog(`/X <${"00".repeat(40_000_000)}>`) })],
    [
      "cross-references of more objects than there can be",
      "too_large",
      () => crossReferences("/W [1 0 0] /Size 2000000", new Uint8Array(2_000_000)),
    ],
    [
      "a cross-reference stream that unpacks to a hundred times its size",
      "too_large",
      () => crossReferences("/W [1 0 0] /Size 1", new Uint8Array(70_000_000)),
    ],
    [
      "form fields whose kids are all of them again",
      "too_large",
      () =>
        pdf({
          1: catalog("/AcroForm << /Fields [3 0 R 4 0 R] >>"),
          2: `[${references(9000)}]`,
          3: "<< /Kids 2 0 R >>",
          4: "<< /Kids 2 0 R >>",
        }),
    ],
    ["arrays in arrays", "damaged", () => pdf({ 1: catalog(`/X ${"[".repeat(100_000)}`) })],
    [
      "a length that is a large object",
      "damaged",
      () =>
        pdf({
          1: catalog("/AcroForm 3 0 R"),
          2: `[${"0 ".repeat(1000)}]`,
          3: "<< /Length 2 0 R >>\nstream\nendstream",
        }),
    ],
    [
      "a length of two gigabytes",
      "damaged",
      () => pdf({ 1: catalog("/AcroForm 3 0 R"), 3: "<< /Length 2147483647 >>\nstream\nendstream" }),
    ],
    [
      "a length that is the object itself",
      "damaged",
      () => pdf({ 1: catalog("/AcroForm 3 0 R"), 3: "<< /Length 3 0 R >>\nstream\nendstream" }),
    ],
    [
      "cross-references without a width",
      "damaged",
      () => crossReferences("/W [0 0 0] /Size 999999999", Buffer.alloc(9)),
    ],
    [
      "revisions in a circle",
      "damaged",
      () => {
        const text = pdf({ 1: catalog() }, "/Prev 0000000000");
        return text.replace("/Prev 0000000000", `/Prev ${String(text.indexOf("xref\n")).padStart(10, "0")}`);
      },
    ],
    ["a revision before that lies nowhere", "damaged", () => pdf({ 1: catalog() }, "/Prev 999999999")],
    [
      "a chain of filters",
      "not_understood",
      () =>
        pdf({
          1: catalog("/DSS << /Certs [2 0 R] >>"),
          2: stream(deflateSync(deflateSync(Buffer.alloc(99))), "/Filter [/FlateDecode /FlateDecode]"),
        }),
    ],
    [
      "validation data that unpack to more than all memory",
      "too_large",
      () =>
        pdf({
          1: catalog("/DSS << /CRLs [2 0 R] >>"),
          2: stream(deflateSync(Buffer.alloc(70_000_000)), "/Filter /FlateDecode"),
        }),
    ],
    ["nothing", "not_supported", () => ""],
    ["encryption", "encrypted", () => pdf({ 1: catalog() }, "/Encrypt << /Filter /Standard >>")],
  ])("%s: %s", async (_name, code, make) => {
    expect(await judge(make())).toBe(code);
  });
});

describe("a PDF that goes on and on is read to an end", () => {
  const unsigned = "unknown";
  const loop = (key: string) =>
    pdf({ 1: catalog(`/${key} 2 0 R`), 2: "<< /Kids [2 0 R 1 0 R] /Names [2 0 R] /Next 2 0 R /First 2 0 R >>" });
  test.each<[string, () => string]>([
    ["pages in a circle", () => loop("Pages")],
    ["an outline in a circle", () => loop("Outlines")],
    ["a tree of names in a circle", () => loop("Names")],
    ["fields in a circle", () => pdf({ 1: catalog("/AcroForm << /Fields [2 0 R] >>"), 2: "<< /Kids [2 0 R] >>" })],
    ["an object number of ten digits", () => pdf({ 1: catalog("/AcroForm 9999999999 0 R") })],
    [
      "one stream that is named a thousand times",
      () =>
        pdf({
          1: catalog(`/DSS << /OCSPs [${"2 0 R ".repeat(1000)}] >>`),
          2: stream(deflateSync(Buffer.alloc(8_000_000)), "/Filter /FlateDecode"),
        }),
    ],
  ])("%s", async (_name, make) => {
    expect(await judge(make())).toBe(unsigned);
  });
});

test("a PDF that is cut off at any place is no PDF, and says so", async () => {
  const whole = pdf({ 1: catalog("/AcroForm << /Fields [] >>"), 2: stream(Buffer.from("abc")) });
  for (let i = 0; i < 200; i++) {
    const length = Math.floor((i / 200) * (whole.length - 1));
    expect(["damaged", "not_supported"], `${length} bytes`).toContain(await judge(whole.slice(0, length)));
  }
});
