import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newFernetKey } from "@nexbasira/core/secrets/fernet.ts";
import { z } from "zod";
import { workerPath } from "../../tools/mediasoup-worker/path.mjs";
import { Child } from "./child.ts";
import { cloneDatabase, type TestDatabase } from "./clone-database.ts";
import { freePort } from "./free-port.ts";
import type { PostgresServer } from "./postgres-server.ts";
import { waitFor } from "./wait-for.ts";

const MAINS = { server: "server/main.ts", media: "server/media/main.ts", workers: "workers/main.ts" } as const;
export type ProcessName = keyof typeof MAINS;

const Credentials = z.object({
  admin: z.object({ email: z.string(), password: z.string() }),
  api_key: z.string(),
  webhook_secret: z.string(),
});

/** An installation of one's own: database, folders, ports, and the processes it was asked to start. */
export class Installation {
  readonly url: string;
  readonly dataDir: string;
  readonly environment: Record<string, string>;
  readonly testDatabase: TestDatabase;
  readonly #children = new Map<ProcessName, Child>();
  readonly #root: string;
  #credentials: z.infer<typeof Credentials> | undefined;

  private constructor(
    parts: Pick<Installation, "url" | "dataDir" | "environment" | "testDatabase"> & { root: string },
  ) {
    this.url = parts.url;
    this.dataDir = parts.dataDir;
    this.environment = parts.environment;
    this.testDatabase = parts.testDatabase;
    this.#root = parts.root;
  }

  /** On a server that is there already. `extra` adds to the environment of every process. */
  static async start(
    postgres: PostgresServer,
    processes: readonly ProcessName[],
    extra: Record<string, string> = {},
  ): Promise<Installation> {
    const root = await mkdtemp(join(tmpdir(), "nexbasira-instance-"));
    const testDatabase = await cloneDatabase(postgres);
    const [port, mediaPort, signallingPort] = [await freePort(), await freePort(), await freePort()];
    const environment = {
      NEXBASIRA_MODE: "development",
      PORT: String(port),
      PUBLIC_URL: `http://localhost:${port}`,
      DATA_DIR: join(root, "data"),
      CERTS_DIR: join(root, "certs"),
      DATABASE_URL: testDatabase.url,
      MASTER_KEYS: newFernetKey(),
      AUTH_SECRET: randomBytes(32).toString("hex"),
      MEDIA_PORT: String(mediaPort),
      MEDIA_SIGNALLING_PORT: String(signallingPort),
      MEDIA_NODES: `local=http://127.0.0.1:${signallingPort}`,
      MEDIASOUP_WORKER_BIN: workerPath() ?? "",
      ...extra,
    };
    const url = `http://localhost:${environment.PORT}`;
    const place = { url, dataDir: environment.DATA_DIR, environment, testDatabase, root };
    const installation = new Installation(place);
    try {
      installation.#credentials = Credentials.parse(
        JSON.parse(await new Child("server/seed.ts", environment).output()),
      );
      for (const name of processes) installation.spawn(name);
      await Promise.all(processes.map((name) => installation.ready(name)));
    } catch (error) {
      await installation.stop();
      throw error;
    }
    return installation;
  }

  get credentials(): z.infer<typeof Credentials> {
    if (!this.#credentials) throw new Error("the installation has not been seeded");
    return this.#credentials;
  }

  /** Starts a process of this installation, also in place of one that has ended. */
  spawn(name: ProcessName, extra: Record<string, string> = {}): Child {
    const child = new Child(MAINS[name], { ...this.environment, ...extra });
    this.#children.set(name, child);
    return child;
  }

  child(name: ProcessName): Child {
    const child = this.#children.get(name);
    if (!child) throw new Error(`${name} was not started`);
    return child;
  }

  async ready(name: ProcessName): Promise<void> {
    const child = this.child(name);
    const address = {
      server: `${this.url}/readyz`,
      media: `http://127.0.0.1:${this.environment.MEDIA_SIGNALLING_PORT}/readyz`,
      workers: null,
    }[name];
    const fail = (what: string, cause?: unknown) => {
      throw new Error(`${name} ${what}:\n${child.lines.join("\n")}`, { cause });
    };
    const isReady = async () => {
      if (address === null) return child.lines.some((line) => line.includes('"workers are ready"'));
      return (await fetch(address)).ok;
    };
    const look = async () => (child.running ? isReady() : "ended");
    const found = await waitFor(`${name} to be ready`, look, 60_000).catch((error) => fail("did not get ready", error));
    if (found === "ended") fail("has ended");
  }

  /** Calls the public API with the test key, or with what `headers` says. */
  api(path: string, options: RequestInit & { key?: string } = {}): Promise<Response> {
    const { key = this.credentials.api_key, headers, ...rest } = options;
    return fetch(`${this.url}${path}`, {
      ...rest,
      headers: {
        authorization: `Bearer ${key}`,
        ...(rest.body === undefined ? {} : { "content-type": "application/json" }),
        ...Object.fromEntries(new Headers(headers)),
      },
    });
  }

  /** A POST of JSON that has to succeed; its answer. */
  async post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    const response = await this.api(path, { method: "POST", body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${text}`);
    return schema.parse(JSON.parse(text));
  }

  /** Stops every process in good order and removes all of it. */
  async stop(): Promise<void> {
    for (const child of this.#children.values()) await child.stop();
    try {
      await this.testDatabase.close();
    } finally {
      await rm(this.#root, { recursive: true, force: true });
    }
  }
}
