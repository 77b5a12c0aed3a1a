import { execFileSync } from "node:child_process";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * Takes a lock file for this process: `{ release(), stale }`, or `{ holder }`, the id of the living process that has it.
 * `stale` says that a process that no longer lives had left it. A process is known by its id and the time it started, so
 * that an id given anew to another process does not hold the lock.
 */
export function takeLock(file) {
  const mine = `${process.pid} ${startOf(process.pid)}\n`;
  let stale = false;
  for (let attempt = 0; attempt < 10; attempt++) {
    if (!putInPlace(file, mine)) {
      const found = read(file);
      if (found === "") continue;
      const [pid, start] = found.trim().split(" ");
      if (start !== undefined && startOf(Number(pid)) === start) return { holder: Number(pid) };
      stale = true;
      removeStale(file, found);
      continue;
    }
    return {
      stale,
      release() {
        if (read(file) === mine) rmSync(file, { force: true });
      },
    };
  }
  throw new Error(`The lock file ${file} is taken and given up without end; remove it and try again.`);
}

/** Takes a lock as soon as nobody has it; `onWait(holder)` is called once if somebody does. */
export async function waitForLock(file, onWait) {
  for (let waited = false; ; waited = true) {
    const lock = takeLock(file);
    if (lock.holder === undefined) return lock;
    if (!waited) onWait(lock.holder);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Whether the file could be made: by a link, so that nobody ever reads it half written. */
function putInPlace(file, content) {
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves a dead process's file away; another's that took its place in the meantime is put back. */
function removeStale(file, found) {
  const moved = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, moved);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  const content = read(moved);
  rmSync(moved, { force: true });
  if (content !== found) putInPlace(file, content);
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return "";
    throw error;
  }
}

/** When a process started, in the system's own words without spaces; undefined for one that does not live. */
function startOf(pid) {
  try {
    if (process.platform !== "linux") {
      const started = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", stdio: "pipe" });
      return started.trim().replace(/\s+/g, "-");
    }
    // proc(5): the name in brackets may hold anything; after it the 1st field is the state (Z: dead), the 20th the start.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    // No such process: /proc has no such folder, and ps ends with 1.
    return undefined;
  }
}
