import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SupervisedProcess } from "./supervised-process.ts";

let folder: string;
let said: string[];
let supervised: SupervisedProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "supervised-"));
  said = [];
});
afterEach(async () => {
  await supervised?.close();
  await rm(folder, { recursive: true, force: true });
});

async function supervise(source: string): Promise<SupervisedProcess> {
  const script = join(folder, "script.mjs");
  await writeFile(script, source);
  const logFile = join(folder, "script.log");
  supervised = new SupervisedProcess({
    name: "script",
    script,
    environment: process.env,
    logFile,
    say: (line) => said.push(line),
  });
  return supervised;
}

const log = () => readFile(join(folder, "script.log"), "utf8");
const pids = async () => [...(await log()).matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));
const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 15_000, interval: 20 });
const gone = (pid: number) => expect(() => process.kill(pid, 0)).toThrow("ESRCH");

const STAYS = "setInterval(() => {}, 1000); process.on('SIGTERM', () => { console.log('ending'); process.exit(0); });";

test("a process that is killed is started again at once, which is said", async () => {
  await supervise(`${STAYS} console.log("pid " + process.pid);`);
  await eventually(async () => expect(await pids()).toHaveLength(1));
  const [first = 0] = await pids();
  process.kill(first, "SIGKILL");
  await eventually(async () => expect(await pids()).toHaveLength(2));
  expect(said).toContain("script was ended by SIGKILL: it is started again.");
});

test("a process that keeps failing is started again after growing pauses, and what it says is shown", async () => {
  const process = await supervise('console.log("pid " + process.pid); throw new Error("no luck");');
  await eventually(() => expect(process.deaths).toBeGreaterThanOrEqual(3));
  const pauses = said.filter((line) => line.startsWith("script ended with code 1"));
  expect(pauses.slice(0, 3)).toEqual([
    "script ended with code 1: it is started again.",
    "script ended with code 1: it is started again in 0.5 s.",
    "script ended with code 1: it is started again in 1 s.",
  ]);
  expect(said.join("\n")).toContain("no luck");
});

test("closing asks the process to end, waits for it, and starts it no more", async () => {
  const process = await supervise(`${STAYS} console.log("pid " + process.pid);`);
  await eventually(async () => expect(await pids()).toHaveLength(1));
  await Promise.all([process.close(), process.close()]);
  for (const pid of await pids()) gone(pid);
  expect(await log()).toContain("ending");
  expect(process.deaths).toBe(0);
});

test("what a killed process had started ends with it", async () => {
  const process = await supervise(`
    import { spawn } from "node:child_process";
    console.log("pid " + spawn("sleep", ["600"], { stdio: "inherit" }).pid); ${STAYS}`);
  await eventually(async () => expect(await pids()).toHaveLength(1));
  process.kill();
  const [sleeping = 0] = await pids();
  await eventually(() => gone(sleeping));
});
