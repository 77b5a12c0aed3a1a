import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

/** Says so many lines of a kilobyte and ends at once, when its standard input says anything or ends. */
const PROGRAM = `
import { createLogger } from ${JSON.stringify(join(import.meta.dirname, "logger.ts"))};
const log = createLogger("test", "info");
process.stdin.once("readable", () => {
  for (let i = 0; i < Number(process.argv[1]); i++) log.info({ i, filler: "x".repeat(1000) }, "line");
  log.fatal("last");
  process.exit(3);
});`;

function start(lines: number) {
  const args = ["--input-type=module", "--eval", PROGRAM, String(lines)];
  return spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
}

test("a process that ends at once has said everything, in order", async () => {
  const child = start(500);
  child.stdin.end();
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  expect(code).toBe(3);
  const lines = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.slice(0, -1).map(({ i }) => i)).toEqual(Array.from({ length: 500 }, (_, i) => i));
  expect(lines.at(-1)).toMatchObject({ name: "test", level: 60, msg: "last" });
});

test("a process whose lines nobody reads any longer ends all the same", async () => {
  const child = start(500);
  await once(child, "spawn");
  const ended = once(child, "exit");
  child.stdout.destroy();
  child.stdin.end();
  expect(await ended).toEqual([3, null]);
});
