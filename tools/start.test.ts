import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { freePort } from "./start/ports.ts";

/* The real start, with the real processes: these tests follow each other, on one data folder. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const developmentSchema = z.object({
  url: z.url(),
  https_url: z.url(),
  api_key: z.string(),
  admin: z.object({ email: z.string(), password: z.string() }),
  webhook_secret: z.string(),
});

let folder: string;
let environment: NodeJS.ProcessEnv;
let running: Run | undefined;

interface Run {
  child: ChildProcess;
  output(): string;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "start-"));
  const [PORT, HTTPS_PORT, MEDIA_PORT] = (await Promise.all([freePort(), freePort(), freePort()])).map(String);
  const ports = { PORT, HTTPS_PORT, MEDIA_PORT };
  environment = { ...process.env, ...ports, MEDIA_PROCESSES: "2", DATA_DIR: folder, DATABASE_URL: "", REDIS_URL: "" };
});

afterAll(async () => {
  if (running !== undefined) await end(running, "SIGTERM");
  await rm(folder, { recursive: true, force: true });
});

function start(further: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, [join(import.meta.dirname, "start.ts")], {
    env: { ...environment, ...further },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk) => (output += chunk));
  return { child, output: () => output };
}

async function ready(run: Run): Promise<z.infer<typeof developmentSchema>> {
  await vi.waitFor(
    () => {
      if (run.child.exitCode !== null) throw new Error(`It ended with ${run.child.exitCode}:\n${run.output()}`);
      expect(run.output()).toContain("is running");
    },
    { timeout: 90_000, interval: 100 },
  );
  return developmentSchema.parse(JSON.parse(await readFile(join(folder, "development.json"), "utf8")));
}

async function end({ child }: Run, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, "exit");
  child.kill(signal);
  const [code] = await exit;
  return code;
}

async function ended(run: Run): Promise<number | null> {
  if (run.child.exitCode === null) await once(run.child, "exit");
  return run.child.exitCode;
}

/** The processes' ids by their ready line in the log; the last start's is the last. */
async function pidOf(name: string): Promise<number> {
  const log = await readFile(join(folder, "logs", `${name}.log`), "utf8");
  return Number([...log.matchAll(/"pid":(\d+)/g)].at(-1)?.[1]);
}

const lives = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a first start comes to be ready and says how to use it", async () => {
  running = start();
  const development = await ready(running);
  expect(running.output()).toContain(development.admin.password);
  expect(running.output()).toContain(`${development.url}/outbox`);
  expect((await stat(join(folder, "development.json"))).mode & 0o777).toBe(0o600);
  const answer = await fetch(`${development.url}/v1/sessions`, {
    headers: { authorization: `Bearer ${development.api_key}` },
  });
  expect(answer.status).toBe(200);
});

test("a second one in the same data folder is refused, and so is one whose port is taken", async () => {
  const same = start();
  expect(await ended(same)).toBe(1);
  expect(same.output()).toContain("is in use by another instance");

  const other = await mkdtemp(join(tmpdir(), "start-"));
  const beside = start({ DATA_DIR: other });
  expect(await ended(beside)).toBe(1);
  expect(beside.output()).toContain(`Port ${environment.PORT} (TCP) is in use`);
  expect(beside.output()).toContain("Set PORT to another");
  await rm(other, { recursive: true });
});

test.each(["media", "media-2"])("%s is started again when it dies", async (name) => {
  const before = await pidOf(name);
  process.kill(before, "SIGKILL");
  await vi.waitFor(async () => expect(await pidOf(name)).not.toBe(before), { timeout: 60_000, interval: 100 });
});

test("killed outright, it leaves nothing running, and the next start has the same credentials", async () => {
  const run = running ?? start();
  const before = await ready(run);
  const pids = await Promise.all(["server", "media", "media-2", "workers"].map(pidOf));
  await end(run, "SIGKILL");
  running = undefined;
  await vi.waitFor(() => expect(pids.filter(lives)).toEqual([]), { timeout: 30_000, interval: 100 });
  running = start();
  expect(await ready(running)).toEqual(before);
});

test("told to stop, it ends everything in order with code 0", async () => {
  const run = running ?? start();
  await ready(run);
  const pids = await Promise.all(["server", "media", "media-2", "workers"].map(pidOf));
  expect(await end(run, "SIGTERM")).toBe(0);
  expect(pids.filter(lives)).toEqual([]);
  expect(await readFile(join(folder, "postgres", "server.log"), "utf8")).toMatch(/database system is shut down\s*$/);
  await expect(stat(join(folder, "development.json"))).rejects.toThrow("ENOENT");
});

test("a start that fails half-way ends what it had started and says why", async () => {
  const run = start({ MEDIASOUP_WORKER_BIN: "/nowhere" });
  expect(await ended(run)).toBe(1);
  expect(run.output()).toContain("There is no mediasoup worker at /nowhere");
  const wrong = start({ DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" });
  expect(await ended(wrong)).toBe(1);
  expect(wrong.output()).toContain("server/migrate.ts failed");
});
