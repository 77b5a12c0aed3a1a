import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { z } from "zod";
import type { Cleanup } from "./cleanup.ts";

/** A script of this folder as a process of its own, which answers each message with one; it ends with this process. */
export class BenchProcess {
  readonly #script: string;
  readonly #process: ChildProcess;

  constructor(script: string, cleanup: Cleanup, environment: Record<string, string> = {}) {
    this.#script = script;
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environment };
    this.#process = fork(join(import.meta.dirname, script), { env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
    cleanup.add(() => this.close());
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error(`${this.#script} did not start`);
    return this.#process.pid;
  }

  /** Its next message. Rejects where it ends before that. */
  async next<T>(schema: z.ZodType<T>): Promise<T> {
    const limit = new AbortController();
    const ended = once(this.#process, "exit", { signal: limit.signal }).then(([code]) => {
      throw new Error(`${this.#script} ended with ${code}`);
    });
    try {
      const [message] = await Promise.race([once(this.#process, "message", { signal: limit.signal }), ended]);
      return schema.parse(message);
    } finally {
      limit.abort();
      await ended.catch(() => undefined);
    }
  }

  ask<T>(message: object, schema: z.ZodType<T>): Promise<T> {
    this.#process.send(message);
    return this.next(schema);
  }

  tell(message: object): void {
    this.#process.send(message);
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.disconnect();
    await ended;
  }
}
