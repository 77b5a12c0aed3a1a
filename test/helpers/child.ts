import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { forgetProcess, noteProcess } from "./failure-notes.ts";

const ROOT = join(import.meta.dirname, "../..");
const KEPT_LINES = 400;

/** A process of the product: a main file run as it is run for real, with its log lines kept for the test. */
export class Child {
  readonly main: string;
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  readonly exited: Promise<number | null>;

  constructor(main: string, environment: Record<string, string>, args: readonly string[] = []) {
    this.main = main;
    this.#process = spawn(process.execPath, [join(ROOT, main), ...args], {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => this.#keep(text));
    }
    noteProcess(this);
    this.exited = once(this.#process, "exit").then(([code]) => code as number | null);
  }

  #keep(text: string): void {
    this.lines.push(...text.split("\n").filter(Boolean));
    this.lines.splice(0, Math.max(0, this.lines.length - KEPT_LINES));
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error(`${this.main} did not start`);
    return this.#process.pid;
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Sends the signal and waits for the end; the exit code, or null when the signal ended it. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    if (this.running) this.#process.kill(signal);
    return this.exited;
  }

  /** Its whole output as JSON, for those that print one line. Throws with the log when it fails. */
  async output(): Promise<string> {
    const code = await this.exited;
    if (code !== 0) throw new Error(`${this.main} ended with ${code}:\n${this.lines.join("\n")}`);
    forgetProcess(this);
    return this.lines.at(-1) ?? "";
  }
}
