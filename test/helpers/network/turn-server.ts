import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { developmentCertificate } from "../../../tools/start/certificates.ts";
import { freePort } from "../free-port.ts";
import { waitFor } from "../wait-for.ts";

const CONFIGURATION = join(import.meta.dirname, "../../../deploy/coturn/turnserver.conf");

/** A coturn with the configuration that the product is delivered with, at ports of its own. */
export class TurnServer {
  readonly secret = randomBytes(16).toString("hex");
  /** UDP and TCP. */
  readonly port: number;
  readonly tlsPort: number;
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];

  private constructor(address: string, ports: { plain: number; tls: number }, folder: string, tls: string[]) {
    this.port = ports.plain;
    this.tlsPort = ports.tls;
    this.#folder = folder;
    const settings = [
      // As docker-compose.yml gives them.
      ["-c", CONFIGURATION, "--realm=nexbasira.example.org", `--static-auth-secret=${this.secret}`],
      [`--external-ip=${address}`, `--allowed-peer-ip=${address}`, ...tls],
      // This test's own.
      [`--listening-ip=${address}`, `--relay-ip=${address}`, `--listening-port=${this.port}`],
      [`--tls-listening-port=${this.tlsPort}`, `--pidfile=${join(folder, "pid")}`, `--userdb=${join(folder, "users")}`],
    ].flat();
    this.#process = spawn("turnserver", settings, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => this.#lines.push(...text.split("\n").filter(Boolean)));
    }
  }

  static async start(address: string): Promise<TurnServer> {
    const folder = await mkdtemp(join(tmpdir(), "nexbasira-turn-"));
    const { certificate, key } = await developmentCertificate(folder, [address]);
    const ports = { plain: await freePort(), tls: await freePort() };
    const server = new TurnServer(address, ports, folder, [`--cert=${certificate}`, `--pkey=${key}`]);
    try {
      for (const port of [ports.plain, ports.tls]) await waitFor(`coturn at port ${port}`, () => takes(address, port));
    } catch (error) {
      await server.stop();
      throw new Error(`coturn did not start:\n${server.#lines.join("\n")}`, { cause: error });
    }
    return server;
  }

  /** What it has written so far. */
  get log(): string {
    return this.#lines.join("\n");
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill();
      await once(this.#process, "exit");
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function takes(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
