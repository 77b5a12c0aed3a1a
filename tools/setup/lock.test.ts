import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock, waitForLock } from "./lock.mjs";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  file = join(folder, "lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function taken(lock: ReturnType<typeof takeLock>): { stale: boolean; release(): void } {
  if (lock.holder !== undefined) throw new Error(`The lock is held by ${lock.holder}.`);
  return lock;
}

test("a lock that is held names its holder until it is given back", () => {
  const lock = taken(takeLock(file));
  expect(takeLock(file)).toEqual({ holder: process.pid });
  lock.release();
  expect(existsSync(file)).toBe(false);
  expect(taken(takeLock(file)).stale).toBe(false);
});

test("a lock that a process left when it ended is taken over", () => {
  const script = `import(${JSON.stringify(join(import.meta.dirname, "lock.mjs"))}).then((l) => l.takeLock(${JSON.stringify(file)}))`;
  spawnSync(process.execPath, ["--eval", script]);
  expect(readFileSync(file, "utf8")).toMatch(/^\d+ \S+\n$/);
  expect(taken(takeLock(file)).stale).toBe(true);
});

test("a process that only has the id of the one that took the lock does not hold it", () => {
  writeFileSync(file, `${process.pid} long-ago\n`);
  expect(taken(takeLock(file)).stale).toBe(true);
});

test("giving back does not remove the lock of another", () => {
  const lock = taken(takeLock(file));
  rmSync(file);
  writeFileSync(file, "1 other\n");
  lock.release();
  expect(readFileSync(file, "utf8")).toBe("1 other\n");
});

test("who waits gets the lock when it is given back, and is told once who has it", async () => {
  const first = taken(takeLock(file));
  const holders: number[] = [];
  const waiting = waitForLock(file, (holder) => {
    holders.push(holder);
    setTimeout(() => first.release(), 300);
  });
  const second = await waiting;
  expect(holders).toEqual([process.pid]);
  second.release();
});
