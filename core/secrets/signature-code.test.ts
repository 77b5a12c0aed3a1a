import { expect, test } from "vitest";
import { type CodeBinding, isSignatureCode, signatureCode } from "./signature-code.ts";

const SECRET = "a secret of the server, long enough";
const BINDING: CodeBinding = {
  id: "code_01",
  session_id: "sess_01",
  participant_id: "part_01",
  purpose: "document",
  document_sha256: "a".repeat(64),
  recipient: "+33612345678",
};

test("a code is six digits, the same each time, and no other", () => {
  const code = signatureCode(SECRET, BINDING);
  expect(code).toMatch(/^[0-9]{6}$/);
  expect(isSignatureCode(SECRET, BINDING, code)).toBe(true);
  const other = code.startsWith("0") ? `1${code.slice(1)}` : `0${code.slice(1)}`;
  for (const wrong of [other, "", code.slice(1), `${code}0`]) {
    expect(isSignatureCode(SECRET, BINDING, wrong)).toBe(false);
  }
});

test("a code is worth nothing for anything else than what it was made for", () => {
  const code = signatureCode(SECRET, BINDING);
  const changes: Partial<CodeBinding>[] = [
    { id: "code_02" },
    { session_id: "sess_02" },
    { participant_id: "part_02" },
    { purpose: "drawing" },
    { document_sha256: "b".repeat(64) },
    { recipient: "+33612345679" },
  ];
  for (const change of changes) expect(signatureCode(SECRET, { ...BINDING, ...change })).not.toBe(code);
  expect(signatureCode("another secret of a server", BINDING)).not.toBe(code);
});

test("codes are spread over all six digits", () => {
  const codes = Array.from({ length: 2_000 }, (_, index) =>
    Number(signatureCode(SECRET, { ...BINDING, id: `code_${index}` })),
  );
  const tenths = Array.from({ length: 10 }, (_, tenth) => codes.filter((code) => Math.floor(code / 1e5) === tenth));
  // 200 each, with a standard deviation of 13.
  for (const found of tenths) expect(Math.abs(found.length - 200)).toBeLessThan(70);
});
