import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

export interface RunOptions {
  script: string;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/** Runs a Node script to its end and answers what it printed. @throws Error with the end of what it said if it fails. */
export async function runOnce({ script, environment, signal }: RunOptions): Promise<string> {
  const child = spawn(process.execPath, [script], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const abort = () => child.kill();
  signal.addEventListener("abort", abort);
  try {
    const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    signal.throwIfAborted();
    if (code !== 0) throw new Error(`${script} failed:\n${lastLines(errors || output)}`);
    return output;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function lastLines(said: string): string {
  return said.trim().split("\n").slice(-20).join("\n");
}
