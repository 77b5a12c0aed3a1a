import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { CONFORMANCE_TOOLS } from "../../tools/setup/paths.mjs";

/** A Python program that the set-up for tests installs. */
export function pythonTool(name: string): string {
  return join(CONFORMANCE_TOOLS, "python", "bin", name);
}

/** A file of a Node package that the set-up for tests installs. */
export function nodeTool(path: string): string {
  return join(CONFORMANCE_TOOLS, "node", "node_modules", path);
}

/** Runs a program to its end: its exit code, and what it said on both its outputs, the standard one first. */
export async function runTool(
  command: string,
  args: string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [[code], output, errors] = await Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]);
  return { code, output: output + errors };
}
