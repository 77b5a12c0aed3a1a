import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "on-stop-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a program that takes a while to start, and calls onStop when it is told to, or when its supervisor is gone. */
async function program(name: string, before: string) {
  const script = join(folder, `${name}.ts`);
  await writeFile(
    script,
    `import { once } from "node:events";
import { createLogger } from ${JSON.stringify(join(import.meta.dirname, "../log/logger.ts"))};
import { onStop } from ${JSON.stringify(join(import.meta.dirname, "on-stop.ts"))};
const running = setInterval(() => {}, 1_000);
${before}
onStop(createLogger("test", "silent"), async () => clearInterval(running));
process.send?.("ready");
`,
  );
  const child = fork(script, { execArgv: ["--no-warnings"] });
  return { child, exit: once(child, "exit") };
}

test("a process ends when its supervisor goes", async () => {
  const { child, exit } = await program("later", "");
  await once(child, "message");
  child.disconnect();
  expect((await exit)[0]).toBe(0);
});

test("a process whose supervisor went while it was starting ends as well", async () => {
  const { child, exit } = await program("before", 'process.send?.("starting");\nawait once(process, "disconnect");');
  await once(child, "message");
  child.disconnect();
  expect((await exit)[0]).toBe(0);
});
