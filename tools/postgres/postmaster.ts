import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { freePort } from "../start/ports.ts";
import { clusterArgument, POSTGRES_ENVIRONMENT } from "./cluster.ts";
import { endLeftover } from "./leftover.ts";
import type { PostgresProgram } from "./program.ts";

export interface PostmasterOptions {
  program: PostgresProgram;
  /** Has the cluster `data`; the log `server.log` is written to it. */
  directory: string;
  settings: Record<string, string>;
  /** Where to reach the server to see whether it answers. */
  urlOf(port: number): string;
}

/** How long (ms) a start is tried again while something of an earlier server is still about. */
const START_LIMIT = 30_000;

/** How long (ms) a server has for a stop in good order, and then for each harder way. */
const STOP_LIMIT = 20_000;

/** A PostgreSQL server process that is kept alive on one port until it is closed. */
export class Postmaster {
  readonly port: number;
  readonly #options: PostmasterOptions;
  #process: ChildProcess;
  #watcher: ChildProcess;
  #closing = false;
  #restart: Promise<void> = Promise.resolve();

  private constructor(options: PostmasterOptions, port: number, process: ChildProcess) {
    this.#options = options;
    this.port = port;
    this.#process = process;
    this.#watcher = this.#guard(process);
  }

  /** Resolves when the server answers. */
  static async start(options: PostmasterOptions): Promise<Postmaster> {
    await endLeftover(join(options.directory, "data"));
    for (let attempt = 0; ; attempt++) {
      const port = await freePort();
      try {
        return new Postmaster(options, port, await launch(options, port));
      } catch (error) {
        // Somebody took the port since it was found free.
        if (attempt >= 5 || !/could not bind|Address already in use/.test(String(error))) throw error;
      }
    }
  }

  /** Ends the server: in good order, or harder if that takes too long. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#restart;
    // https://www.postgresql.org/docs/current/server-shutdown.html: fast, immediate, none.
    for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
      if (hasEnded(this.#process)) break;
      this.#process.kill(signal);
      await Promise.race([once(this.#process, "exit"), delay(STOP_LIMIT, undefined, { ref: false })]);
    }
    this.#watcher.kill("SIGKILL");
  }

  /** Ends the server with this process, and starts it again if it dies alone. */
  #guard(process: ChildProcess): ChildProcess {
    process.once("exit", () => {
      if (!this.#closing) this.#restart = this.#startAgain();
    });
    if (process.pid === undefined) throw new Error("The server's process has no id.");
    // A shell that waits for the end of a pipe from this process, which comes even when this process is killed.
    const watcher = spawn("sh", ["-c", 'read -r _; kill -INT "$1"', "sh", String(process.pid)], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    watcher.unref();
    if (watcher.stdin instanceof Socket) watcher.stdin.unref();
    return watcher;
  }

  async #startAgain(): Promise<void> {
    this.#watcher.kill("SIGKILL");
    for (let wait = 0; !this.#closing; wait = Math.min(wait * 2 + 250, 10_000)) {
      await delay(wait);
      try {
        this.#process = await launch(this.#options, this.port);
        this.#watcher = this.#guard(this.#process);
        return;
      } catch {
        // Said in the server's log; whoever uses the database sees refused connections until it is back.
      }
    }
  }
}

/** Starts a server process and waits until it answers; rejects with its log's end if it ends before. */
async function launch(options: PostmasterOptions, port: number): Promise<ChildProcess> {
  for (const deadline = Date.now() + START_LIMIT; ; await delay(250)) {
    const log = openSync(join(options.directory, "server.log"), "a", 0o600);
    const logStart = fstatSync(log).size;
    const child = spawnServer(options, port, log);
    closeSync(log);
    if (await answers(child, options.urlOf(port))) return child;
    const said = readFileSync(join(options.directory, "server.log")).subarray(logStart).toString().trim();
    // Of a postmaster that was killed: its children still hold its memory, or its lock file names a process that is ending.
    if (Date.now() < deadline && /pre-existing shared memory|lock file "postmaster.pid"/.test(said)) continue;
    throw new Error(`PostgreSQL did not start:\n${said}`);
  }
}

function spawnServer({ program, directory, settings }: PostmasterOptions, port: number, log: number): ChildProcess {
  const cluster = join(directory, "data");
  const all = { listen_addresses: "127.0.0.1", port: String(port), unix_socket_directories: "", ...settings };
  return spawn(
    program.postgres,
    [
      "-D",
      clusterArgument(program, cluster),
      ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    // A process group of its own: Ctrl-C on the terminal is not for it.
    { ...program.user, cwd: cluster, env: POSTGRES_ENVIRONMENT, stdio: ["ignore", log, log], detached: true },
  );
}

/** Whether a server comes to answer; false once its process has ended. */
async function answers(child: ChildProcess, url: string): Promise<boolean> {
  const failed = new Promise<void>((resolve) => child.once("error", () => resolve()));
  const ended = Promise.race([once(child, "exit").catch(() => undefined), failed]).then(() => true);
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.end();
      return !hasEnded(child);
    } catch (error) {
      // It does not listen yet, or says that it is starting up.
      if (await Promise.race([ended, delay(50, false)])) return false;
      // Class 28: the password in the directory is not the cluster's, and no time makes it so.
      if (error instanceof pg.DatabaseError && error.code?.startsWith("28")) {
        child.kill("SIGINT");
        throw new Error("PostgreSQL does not take the password that is kept beside its data.", { cause: error });
      }
    }
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
