import { spawn } from "node:child_process";

/** Runs a program to its end, with `input` to read, and returns what it printed; throws with what it complained of. */
export function runNetworkProgram(program: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"] });
    let output = "";
    let complaint = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaint += text;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ${args.join(" ")} ended with ${code}: ${complaint.trim()}`));
    });
    child.stdin?.end(input);
  });
}

export function ip(...args: string[]): Promise<string> {
  return runNetworkProgram("ip", args);
}
