import { spawn } from "node:child_process";

/** What runs now: each is the leader of its own process group, and goes with this process. */
const running = new Set();
process.on("exit", () => {
  for (const child of running) end(child);
});

/**
 * Runs a program to its end and keeps what it printed. `onLine` gets each line of standard output and error as it comes;
 * after `timeout` ms the program is stopped. Never rejects: `code` is null where the program could not run or was killed.
 */
export function run(command, args, { cwd, env = process.env, onLine, timeout } = {}) {
  return new Promise((resolve) => {
    let output = "";
    let rest = "";
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    running.add(child);
    const timer = timeout === undefined ? undefined : setTimeout(() => end(child), timeout);
    const finish = () => {
      clearTimeout(timer);
      running.delete(child);
    };
    const take = (chunk) => {
      output = (output + chunk).slice(-200_000);
      if (onLine === undefined) return;
      const lines = (rest + chunk).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("error", (error) => {
      finish();
      resolve({ code: null, output: `${output}${error.message}\n` });
    });
    child.on("close", (code) => {
      finish();
      resolve({ code, output });
    });
  });
}

/** The last lines of a program's output that say something, indented, for an error message. */
export function lastLines(output, count = 15) {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== "");
  return lines
    .slice(-count)
    .map((line) => `    ${line}`)
    .join("\n");
}

function end(child) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
  } catch (error) {
    // It ended by itself in the meantime.
    if (error.code !== "ESRCH") throw error;
  }
}
