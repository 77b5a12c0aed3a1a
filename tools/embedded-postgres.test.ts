import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";

vi.setConfig({ testTimeout: 60_000 });

let directory: string;
let postgres: EmbeddedPostgres;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "embedded-postgres-"));
  postgres = await startEmbeddedPostgres({ directory, settings: { fsync: "off", max_connections: "30" } });
}, 60_000);

afterAll(async () => {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: postgres.url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function postmaster(): Promise<number> {
  return Number.parseInt(await readFile(join(directory, "data", "postmaster.pid"), "utf8"), 10);
}

test("the database is UTF-8, sorts by code point, and knows the upper case of letters with diacritics", async () => {
  expect(await query("SHOW server_encoding")).toEqual([{ server_encoding: "UTF8" }]);
  expect(await query("SELECT upper('žluťoučký') AS up, 'Z' < 'a' AS by_code_point")).toEqual([
    { up: "ŽLUŤOUČKÝ", by_code_point: true },
  ]);
});

test("settings reach the server", async () => {
  expect(await query("SHOW max_connections")).toEqual([{ max_connections: "30" }]);
});

test("a second start in the same directory is refused and names the process that has it", async () => {
  await expect(startEmbeddedPostgres({ directory })).rejects.toThrow(`in use by process ${process.pid}`);
});

test("what was written is there after a stop and a start", async () => {
  await query("CREATE TABLE kept (value text)");
  await query("INSERT INTO kept VALUES ('yes')");
  await postgres.stop();
  postgres = await startEmbeddedPostgres({ directory });
  expect(await query("SELECT value FROM kept")).toEqual([{ value: "yes" }]);
});

test("a password that is not the cluster's is said to be wrong, and no server stays behind", async () => {
  const file = join(directory, "password");
  const password = await readFile(file, "utf8");
  await postgres.stop();
  await writeFile(file, "another\n");
  await expect(startEmbeddedPostgres({ directory })).rejects.toThrow("does not take the password");
  await writeFile(file, password);
  postgres = await startEmbeddedPostgres({ directory });
  expect(await query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("a server that is killed comes back on the same port", async () => {
  process.kill(await postmaster(), "SIGKILL");
  await vi.waitFor(async () => expect(await query("SELECT 1 AS one")).toEqual([{ one: 1 }]), {
    timeout: 30_000,
    interval: 100,
  });
});

test("a server ends with the process that started it, even if that is killed", async () => {
  const other = await mkdtemp(join(tmpdir(), "embedded-postgres-"));
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(join(import.meta.dirname, "embedded-postgres.ts"))};
    const { url } = await startEmbeddedPostgres({ directory: ${JSON.stringify(other)} });
    console.log(url);`;
  const owner = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await firstLine(owner);
  const pid = Number.parseInt(await readFile(join(other, "data", "postmaster.pid"), "utf8"), 10);
  owner.kill("SIGKILL");
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), { timeout: 20_000, interval: 50 });

  const successor = await startEmbeddedPostgres({ directory: other });
  await successor.stop();
  await rm(other, { recursive: true, force: true });
});

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("The process has no output.");
  const [chunk] = await once(child.stdout, "data");
  return String(chunk).trim();
}
