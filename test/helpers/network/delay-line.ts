import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface DelayLineOptions {
  /** The namespace in which its two devices are made. */
  namespace: string;
  devices: readonly [string, string];
  delay_ms: number;
  jitter_ms: number;
}

/** Two tun devices with a delay between them, while the process that passes packets on lives. */
export class DelayLine {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  static async open({ namespace, devices, delay_ms, jitter_ms }: DelayLineOptions): Promise<DelayLine> {
    const script = join(import.meta.dirname, "delay-line.py");
    const command = ["python3", script, ...devices, String(delay_ms), String(jitter_ms)];
    const child = spawn("nsenter", [`--net=/run/netns/${namespace}`, ...command], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`the delay line ended with ${code}`);
    });
    await Promise.race([once(child.stdout, "data"), ended]);
    // From now on its end is no error.
    ended.catch(() => undefined);
    return new DelayLine(child);
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.stdin?.end();
    await ended;
  }
}
