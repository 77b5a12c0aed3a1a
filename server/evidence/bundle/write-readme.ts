import type { Language } from "@nexbasira/core/contract/common.ts";
import type { BundleLayout } from "./lay-out-bundle.ts";
import { cs } from "./readme/cs.ts";
import { de } from "./readme/de.ts";
import { en, type ReadmeTexts } from "./readme/en.ts";
import { fr } from "./readme/fr.ts";

const TEXTS: Record<Language, ReadmeTexts> = { en, fr, cs, de };

const WIDTH = 78;

/** What stands where, by the first part of a path. */
const PARTS: readonly { prefix: string; text: keyof ReadmeTexts["contents"] }[] = [
  { prefix: "evidence.pdf", text: "document" },
  { prefix: "manifest.json", text: "manifest" },
  { prefix: "items/", text: "items" },
  { prefix: "recordings/", text: "recordings" },
  { prefix: "signatures/", text: "signatures" },
  { prefix: "audit/", text: "audit" },
  { prefix: "certificates/", text: "certificates" },
];

/**
 * The bundle's README.txt, in plain words of the session's language: what is in the bundle and what is not, how to check
 * it by our program and by others', what it proves and what it does not. Lines end as every system's editor reads them.
 */
export function writeReadme(
  { manifest, stored, made, absent }: BundleLayout,
  { language, verifyUrl }: { language: Language; verifyUrl: string },
): string {
  const texts = TEXTS[language];
  const { session } = manifest;
  const paths = ["manifest.json", ...[...made, ...stored].map(({ path }) => path)];
  const find = (ending: string) => paths.find((path) => path.endsWith(ending));
  const [original, token, ots] = [paths.find((path) => path.startsWith("items/")), find(".tst"), find(".ots")];
  const title = texts.title(session.reference);
  const blocks = [
    `${title}\n${"=".repeat([...title].length)}`,
    wrap(texts.made(spelled(manifest.made_at), session.organization.name)),
    session.mode === "test" && wrap(texts.test),
    heading(texts.what),
    PARTS.filter(({ prefix }) => paths.some((path) => path.startsWith(prefix)))
      .map(({ prefix, text }) => wrap(texts.contents[text], `  ${prefix.padEnd(16)}`, " ".repeat(18)))
      .join("\n"),
    absent.length > 0 && `${heading(texts.absent)}\n\n${wrap(texts.absentNote)}\n\n${listAbsent(texts, absent)}`,
    heading(texts.check),
    `${wrap(texts.checkOwn)}\n\n  nexbasira-verify --roots ROOT.pem FILE.zip\n\n${wrap(texts.checkPage(verifyUrl))}`,
    wrap(texts.checkOthers),
    original && step(texts.hash, `sha256sum ${original}`),
    paths.includes("evidence.pdf") && step(texts.pdf, "pdfsig evidence.pdf"),
    token && step(texts.stamp, `openssl ts -verify -data ${noteOf(token)} -in ${token} -token_in -CAfile ROOT.pem`),
    ots && step(texts.ots, `ots verify ${ots}`),
    heading(texts.proves),
    wrap(texts.provesText),
    heading(texts.provesNot),
    wrap(texts.provesNotText),
  ];
  return `${blocks.filter((block) => block).join("\n\n")}\n`.replaceAll("\n", "\r\n");
}

function heading(text: string): string {
  return `${text}\n${"-".repeat([...text].length)}`;
}

function step(text: string, command: string): string {
  return `${wrap(text, "- ", "  ")}\n\n    ${command}`;
}

/** `audit/checkpoint-12.tsa.tst` stamps `audit/checkpoint-12.txt`. */
function noteOf(token: string): string {
  return token.replace(/^(audit\/checkpoint-\d+)\..*$/, "$1.txt");
}

function listAbsent(texts: ReadmeTexts, absent: BundleLayout["absent"]): string {
  return absent
    .map(({ what, sha256, deleted_at }) => {
      const why = deleted_at === null ? texts.lost : texts.deleted(spelled(deleted_at));
      return `  ${what}\n    ${why}\n    SHA-256 ${sha256}`;
    })
    .join("\n");
}

/** `2026-05-23 11:42:15 UTC`: the same in every language, as in the document. */
function spelled(timestamp: string): string {
  return `${timestamp.slice(0, 19).replace("T", " ")} UTC`;
}

function wrap(text: string, first = "", rest = ""): string {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join("\n");
}
