import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { startEmbeddedPostgres } from "../embedded-postgres.ts";
import { workerPath } from "../mediasoup-worker/path.mjs";
import { takeLock } from "../setup/lock.mjs";
import { PROJECT } from "../setup/paths.mjs";
import { lanAddresses } from "./addresses.ts";
import { developmentCertificate } from "./certificates.ts";
import type { Configuration } from "./configuration.ts";
import { listMediaNodes, planMediaNodes } from "./media-nodes.ts";
import { freePorts, isFree } from "./ports.ts";
import { runOnce } from "./run-once.ts";
import { keptSecrets } from "./secrets.ts";
import { summarise } from "./summary.ts";
import { SupervisedProcess } from "./supervised-process.ts";

/** The processes of an instance, by the name of their logs; of the media process there may be several. */
const MEDIA_SCRIPT = "server/media/main.ts";
const SCRIPTS = { server: "server/main.ts", workers: "workers/main.ts" };

/** How long (ms) the server may take to be ready, and how often a process may die before that. */
const READY_LIMIT = 120_000;
const DEATHS_BEFORE_READY = 3;

/** How long (ms) the processes of a killed instance have to notice and give their ports back. */
const LEFTOVER_LIMIT = 25_000;

/** A log that is larger (bytes) when an instance starts is set aside as `.1`. */
const LOG_LIMIT = 10_000_000;

/** What server/seed.ts prints. */
const seedSchema = z.object({
  admin: z.object({ email: z.string(), password: z.string() }),
  api_key: z.string(),
  webhook_secret: z.string(),
});

/** One running NexBasira: what it started, it ends. */
export class Instance {
  readonly #configuration: Configuration;
  readonly #signal: AbortSignal;
  /** What was started, each with the way to end it. */
  readonly #closers: (() => Promise<void> | void)[] = [];
  readonly #processes: SupervisedProcess[] = [];

  /** `signal` ends a start that is under way. */
  constructor(configuration: Configuration, signal: AbortSignal) {
    this.#configuration = configuration;
    this.#signal = signal;
  }

  /** Starts everything and answers, when the server is ready, what to tell the user. */
  async start(): Promise<string> {
    const { PORT, HTTPS_PORT, DATA_DIR } = this.#configuration;
    // What is in it is nobody else's on this machine.
    await mkdir(DATA_DIR, { recursive: true, mode: 0o700 });
    await mkdir(join(DATA_DIR, "logs"), { recursive: true });
    const { stale } = this.#lock();
    const developmentFile = join(DATA_DIR, "development.json");
    await rm(developmentFile, { force: true });
    await this.#claimPorts(stale);
    const worker = workerPath();
    if ((await stat(worker).catch(() => undefined)) === undefined) {
      throw new Error(`There is no mediasoup worker at ${worker}: run "node tools/setup.mjs", which gets one.`);
    }
    const addresses = lanAddresses();
    const certificates = join(PROJECT, "certs");
    const tls = await developmentCertificate(certificates, addresses);
    const secrets = await keptSecrets(join(DATA_DIR, "secrets.json"));
    const { MEDIA_PORT, MEDIA_PROCESSES } = this.#configuration;
    const nodes = planMediaNodes(MEDIA_PORT, await freePorts(MEDIA_PROCESSES));
    const url = `http://localhost:${PORT}`;
    const phoneUrl = `https://${addresses[0] ?? "localhost"}:${HTTPS_PORT}`;
    const environment: NodeJS.ProcessEnv = {
      // Node keeps what it compiled: a third less of a process's time to start (0.42 s instead of 0.65 s for the server).
      NODE_COMPILE_CACHE: join(PROJECT, "node_modules", ".nexbasira", "compiled"),
      // glibc gives every thread an arena of its own: decoding pictures took 604 MB instead of 429 MB (200 photos, report).
      MALLOC_ARENA_MAX: "2",
      ...process.env,
      ...secrets,
      NEXBASIRA_MODE: "development",
      PORT: String(PORT),
      HTTPS_PORT: String(HTTPS_PORT),
      DATA_DIR,
      DATABASE_URL: await this.#database(),
      MEDIA_NODES: listMediaNodes(nodes),
      MEDIA_ANNOUNCED_ADDRESSES: ["127.0.0.1", ...addresses].join(","),
      MEDIASOUP_WORKER_BIN: worker,
      CERTS_DIR: certificates,
      TLS_CERT: tls.certificate,
      TLS_KEY: tls.key,
      PUBLIC_URL: url,
      PHONE_URL: phoneUrl,
    };
    const seed = await this.#prepare(environment);
    for (const [i, { name, port, signallingPort }] of nodes.entries()) {
      const ports = { MEDIA_NODE_NAME: name, MEDIA_PORT: String(port), MEDIA_SIGNALLING_PORT: String(signallingPort) };
      await this.#run(i === 0 ? "media" : `media-${i + 1}`, MEDIA_SCRIPT, { ...environment, ...ports });
    }
    for (const [name, script] of Object.entries(SCRIPTS)) await this.#run(name, script, environment);
    await this.#ready(`http://127.0.0.1:${PORT}/readyz`);
    await this.#tell(developmentFile, { url, https_url: phoneUrl, ...seed });
    return await summarise({
      url,
      phoneUrl,
      apiKey: seed.api_key,
      admin: seed.admin,
      developmentFile: shown(developmentFile),
      logs: shown(join(DATA_DIR, "logs")),
    });
  }

  /** Ends everything that was started, in good order: the processes together, then what they stand on. */
  async close(): Promise<void> {
    await Promise.all(this.#processes.splice(0).map((process) => process.close()));
    for (const close of this.#closers.splice(0).reverse()) await close();
  }

  /** Ends the processes at once. PostgreSQL and the locks are freed by this process's own end. */
  kill(): void {
    for (const process of this.#processes) process.kill();
  }

  #lock(): { stale: boolean } {
    const { DATA_DIR } = this.#configuration;
    const lock = takeLock(join(DATA_DIR, "lock"));
    if (lock.holder !== undefined) {
      throw new Error(
        `${shown(DATA_DIR)} is in use by another instance (process ${lock.holder}). Set DATA_DIR, PORT, HTTPS_PORT and MEDIA_PORT to run a second one beside it.`,
      );
    }
    this.#closers.push(() => lock.release());
    return lock;
  }

  /** Sees to it that the ports are free; those of an instance that was killed just now come free by themselves. */
  async #claimPorts(wait: boolean): Promise<void> {
    const { PORT, HTTPS_PORT, MEDIA_PORT, MEDIA_PROCESSES } = this.#configuration;
    const mediaPorts = Array.from({ length: MEDIA_PROCESSES }, (_, i) => MEDIA_PORT + i);
    const needed = [
      { name: "PORT", port: PORT, protocol: "tcp" } as const,
      { name: "HTTPS_PORT", port: HTTPS_PORT, protocol: "tcp" } as const,
      ...mediaPorts.flatMap((port) => [
        { name: "MEDIA_PORT", port, protocol: "tcp" } as const,
        { name: "MEDIA_PORT", port, protocol: "udp" } as const,
      ]),
    ];
    const deadline = Date.now() + (wait ? LEFTOVER_LIMIT : 0);
    for (const { name, port, protocol } of needed) {
      while (!(await isFree(port, protocol))) {
        if (Date.now() >= deadline) {
          throw new Error(
            `Port ${port} (${protocol.toUpperCase()}) is in use or not permitted. Set ${name} to another.`,
          );
        }
        await delay(250, undefined, { signal: this.#signal });
      }
    }
  }

  async #database(): Promise<string> {
    const { DATABASE_URL, DATA_DIR } = this.#configuration;
    if (DATABASE_URL !== undefined) return DATABASE_URL;
    const postgres = await startEmbeddedPostgres({ directory: join(DATA_DIR, "postgres") });
    this.#closers.push(() => postgres.stop());
    this.#signal.throwIfAborted();
    return postgres.url;
  }

  /** Brings the database up to date, and sees to the first organization, administrator and test key. */
  async #prepare(environment: NodeJS.ProcessEnv): Promise<z.infer<typeof seedSchema>> {
    const run = (script: string) => runOnce({ script: join(PROJECT, script), environment, signal: this.#signal });
    await run("server/migrate.ts");
    const output = await run("server/seed.ts");
    return seedSchema.parse(JSON.parse(output.trim().split("\n").at(-1) ?? ""));
  }

  async #run(name: string, script: string, environment: NodeJS.ProcessEnv): Promise<void> {
    const logFile = join(this.#configuration.DATA_DIR, "logs", `${name}.log`);
    const log = await stat(logFile).catch(() => undefined);
    if (log !== undefined && log.size > LOG_LIMIT) await rename(logFile, `${logFile}.1`);
    this.#signal.throwIfAborted();
    const options = {
      name,
      script: join(PROJECT, script),
      environment,
      logFile,
      say: (line: string) => console.log(line),
    };
    this.#processes.push(new SupervisedProcess(options));
  }

  async #ready(url: string): Promise<void> {
    for (const deadline = Date.now() + READY_LIMIT; Date.now() < deadline; ) {
      if (this.#processes.some(({ deaths }) => deaths >= DEATHS_BEFORE_READY)) break;
      const response = await fetch(url, { signal: this.#signal }).catch(() => undefined);
      await response?.body?.cancel();
      if (response?.status === 200) return;
      await delay(100, undefined, { signal: this.#signal });
    }
    throw new Error(
      `NexBasira does not come to be ready: see the logs in ${shown(this.#configuration.DATA_DIR)}/logs.`,
    );
  }

  /** Writes what programs on this machine need to try the instance; the file is there while the instance is ready. */
  async #tell(file: string, content: Record<string, unknown>): Promise<void> {
    await writeFile(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
    this.#closers.push(() => rm(file, { force: true }));
  }
}

/** A path as the user would write it: relative where it is under the folder they are in. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === "" || short.startsWith("..") ? path : short;
}
