import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { readableLine } from "./log-line.ts";

const shown = (line: string) => {
  const readable = readableLine("server", line);
  return readable === undefined ? undefined : stripVTControlCharacters(readable);
};

test("what is only worth keeping is not shown", () => {
  expect(shown('{"level":30,"time":1795166338000,"msg":"a request"}')).toBeUndefined();
  expect(shown("  ")).toBeUndefined();
});

test("warnings and errors are one readable line each", () => {
  expect(shown('{"level":40,"time":1795166338000,"msg":"slow"}')).toMatch(/^\d\d:\d\d:\d\d server {3}warn {2}slow$/);
  const error =
    '{"level":50,"time":"2026-11-20T09:18:58Z","msg":"lost","err":{"type":"Error","message":"gone","stack":"…"}}';
  expect(shown(error)).toMatch(/^\d\d:\d\d:\d\d server {3}error lost Error: gone$/);
});

test("what was printed past the log is shown as it is", () => {
  expect(shown("Error: cannot find module")).toBe("server   Error: cannot find module");
  expect(shown('{"no":"log line"}')).toBe('server   {"no":"log line"}');
});
