import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** How long (ms) a server that was left behind has to end, for each way of asking. */
const LIMIT = 10_000;

/**
 * Ends the PostgreSQL server that a killed process left running on a cluster, if there is one. A lock file whose process
 * id now belongs to something else is removed: PostgreSQL would take it for a living server.
 */
export async function endLeftover(cluster: string): Promise<void> {
  const file = join(cluster, "postmaster.pid");
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(file, "utf8"), 10);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
    throw error;
  }
  if (!lives(pid)) return;
  if (!isServerOf(pid, cluster)) {
    rmSync(file, { force: true });
    return;
  }
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    process.kill(pid, signal);
    for (const deadline = Date.now() + LIMIT; Date.now() < deadline; await delay(50)) if (!lives(pid)) return;
  }
  throw new Error(`The PostgreSQL server ${pid} was left behind on ${cluster} and does not end.`);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Whether a process is the server of this cluster, and not one that was given the same id later. */
function isServerOf(pid: number, cluster: string): boolean {
  try {
    // A server's working folder is its cluster.
    if (process.platform === "linux") return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).includes(cluster);
  } catch {
    // It has just ended, or belongs to another user: not ours.
    return false;
  }
}
