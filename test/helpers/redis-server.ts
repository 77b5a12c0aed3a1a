import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";
import { waitFor } from "./wait-for.ts";

/** A Redis of the test's own, which can be killed, started again at the same address, and made to hang. */
export class RedisServer {
  readonly url: string;
  /** For looking into it. */
  readonly client: Redis;
  readonly #port: number;
  readonly #folder: string;
  #process: ChildProcess;

  private constructor(port: number, folder: string) {
    this.url = `redis://127.0.0.1:${port}`;
    this.#port = port;
    this.#folder = folder;
    this.#process = this.#spawn();
    this.client = new Redis(this.url, { retryStrategy: () => 50 });
    // While the server is not there.
    this.client.on("error", () => {});
  }

  static async start(): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), "nexbasira-redis-"));
    const server = new RedisServer(await freePort(), folder);
    await server.#ready();
    return server;
  }

  #spawn(): ChildProcess {
    const options = ["--port", String(this.#port), "--bind", "127.0.0.1", "--dir", this.#folder, "--save", ""];
    return spawn("redis-server", options, { stdio: "ignore" });
  }

  async #ready(): Promise<void> {
    await waitFor("Redis", async () => (await this.client.ping()) === "PONG");
  }

  /** As a crash does it: what it knew is gone. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill("SIGKILL");
    await once(this.#process, "exit");
  }

  async startAgain(): Promise<void> {
    this.#process = this.#spawn();
    await this.#ready();
  }

  /** It keeps its connections and takes new ones, but answers nobody until `goOn`. */
  hang(): void {
    this.#process.kill("SIGSTOP");
  }

  goOn(): void {
    this.#process.kill("SIGCONT");
  }

  async stop(): Promise<void> {
    this.client.disconnect();
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
