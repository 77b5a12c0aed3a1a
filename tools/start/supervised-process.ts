import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { readableLine } from "./log-line.ts";

export interface SupervisedProcessOptions {
  name: string;
  script: string;
  environment: NodeJS.ProcessEnv;
  logFile: string;
  /** Gets what the terminal should show. */
  say(line: string): void;
}

/** How long (ms) a process has to end by itself: the processes give themselves 20 s (core/process/on-stop.ts). */
const STOP_LIMIT = 21_000;

/** A process that ran this long (ms) before it died is started again at once. */
const STEADY = 30_000;
const LONGEST_PAUSE = 10_000;

/**
 * A Node process that is started again whenever it dies: at once the first time, then with growing pauses. It has an IPC
 * channel, whose end tells it that its supervisor is gone, and a process group of its own, so that Ctrl-C on the terminal
 * reaches the supervisor alone, which ends all in order.
 */
export class SupervisedProcess {
  /** How often it has died. */
  deaths = 0;
  readonly #options: SupervisedProcessOptions;
  readonly #log: WriteStream;
  readonly #stop = new AbortController();
  #process: ChildProcess | undefined;
  readonly #running: Promise<void>;

  constructor(options: SupervisedProcessOptions) {
    this.#options = options;
    this.#log = createWriteStream(options.logFile, { flags: "a", mode: 0o600 });
    this.#running = this.#keepRunning();
  }

  /** Asks the process to end, and kills it if it has not in time. */
  async close(): Promise<void> {
    if (!this.#stop.signal.aborted) {
      this.#stop.abort();
      this.#process?.kill("SIGTERM");
    }
    const late = Symbol();
    if ((await Promise.race([this.#running, delay(STOP_LIMIT, late, { ref: false })])) === late) {
      this.#options.say(`${this.#options.name} did not end within ${STOP_LIMIT / 1000} s and is killed.`);
      this.kill();
      await this.#running;
    }
    await new Promise<void>((resolve) => this.#log.end(resolve));
  }

  /** Ends the process and what it started, without asking. */
  kill(): void {
    this.#stop.abort();
    this.#killGroup();
  }

  #killGroup(): void {
    try {
      if (this.#process?.pid !== undefined) process.kill(-this.#process.pid, "SIGKILL");
    } catch (error) {
      // Nobody of the group is left.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }

  async #keepRunning(): Promise<void> {
    const { name, say } = this.#options;
    for (let pause = 0; !this.#stop.signal.aborted; ) {
      const start = Date.now();
      const end = await this.#run();
      if (this.#stop.signal.aborted) return;
      this.deaths++;
      if (Date.now() - start >= STEADY) pause = 0;
      say(`${name} ${end}: ${pause === 0 ? "it is started again" : `it is started again in ${pause / 1000} s`}.`);
      // Ends early when the process is closed meanwhile.
      await delay(pause, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      pause = Math.min(LONGEST_PAUSE, pause * 2 || 500);
    }
  }

  /** Runs the process once, to its end, which it describes. */
  async #run(): Promise<string> {
    const { name, script, environment, say } = this.#options;
    const child = spawn(process.execPath, [script], {
      env: environment,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: true,
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
        this.#log.write(`${line}\n`);
        const readable = readableLine(name, line);
        if (readable !== undefined) say(readable);
      });
    }
    // What it started ends with it, so that nothing holds its ports, or its output open.
    child.once("exit", () => this.#killGroup());
    try {
      // `close`, not `exit`: what it printed last has been read then.
      const [code, signal] = await once(child, "close");
      return signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
    } catch (error) {
      return `could not be run (${error instanceof Error ? error.message : error})`;
    }
  }
}
