import { readFile } from "node:fs/promises";

/** Linux tells processor time in hundredths of a second, whatever its own clock does (proc(5), `sysconf(_SC_CLK_TCK)`). */
const TICKS_PER_SECOND = 100;
/** Of proc(5)'s `stat`, counted from the field after the name in parentheses. */
const FIRST = 11;
const COUNT = 4;

/**
 * How many seconds of processor time a process and those of its children that have ended have used; undefined where the
 * system has no `/proc`. Unlike the time on the wall, it says the same on a machine that others use as well.
 */
export async function processorTime(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields?.slice(FIRST, FIRST + COUNT).map(Number);
  return ticks && ticks.reduce((sum, value) => sum + value, 0) / TICKS_PER_SECOND;
}

/** The process that another has started, where it is one alone. */
export async function workerOf(pid: number): Promise<number> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim().split(" ").filter(Boolean);
  const [child, ...others] = children.map(Number);
  if (child === undefined || others.length > 0)
    throw new Error(`process ${pid} has ${children.length} children, not one`);
  return child;
}
