import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DelayLine } from "./delay-line.ts";
import { forwardRules, type Impairment, UNIMPAIRED } from "./impairment.ts";
import { ip, runNetworkProgram } from "./run-network-program.ts";

export interface NetworkHostOptions {
  /** Of its namespaces, with `-host` and `-router` after it. */
  name: string;
  /** The first three numbers of its /24. */
  subnet: string;
  delay_ms: number;
  jitter_ms: number;
}

/** The two networks that a phone has, with their last numbers at the router and at the phone. */
const NETWORKS = { wifi: { router: 5, host: 6 }, mobile: { router: 9, host: 10 } } as const;
export type NetworkName = keyof typeof NETWORKS;

/** The router's way to this machine. */
const WAN = "wan";
/** How long what does not fit through a narrow way is held there before it is lost. */
const QUEUE_MS = 300;

/**
 * A host with a network of its own, the router it is behind, and what goes wrong there. It begins in its Wi-Fi, with
 * nothing wrong. Losses happen in the router: a host whose own kernel drops a packet is told so, and would know more than
 * a phone does.
 */
export class NetworkHost {
  readonly serverAddress: string;
  readonly #options: NetworkHostOptions;
  readonly #host: string;
  readonly #router: string;
  readonly #outside: string;
  #folder: string | undefined;
  #delay: DelayLine | undefined;
  #network: NetworkName = "wifi";
  #impairment = UNIMPAIRED;
  #closed = false;

  private constructor(options: NetworkHostOptions) {
    this.#options = options;
    this.#host = `${options.name}-host`;
    this.#router = `${options.name}-router`;
    this.serverAddress = `${options.subnet}.1`;
    // At most 15 characters. By this beginning, development servers on this machine know it for an inner one.
    const [process = "", number = ""] = options.name.match(/\d+/g) ?? [];
    this.#outside = `veth${Number(process).toString(36)}x${number}`;
  }

  static async open(options: NetworkHostOptions): Promise<NetworkHost> {
    const host = new NetworkHost(options);
    try {
      await host.#setUp();
    } catch (error) {
      await host.close();
      throw error;
    }
    return host;
  }

  /** Ends what runs in a namespace and removes it, where it is there. */
  static async removeNamespace(name: string): Promise<void> {
    const inside = await ip("netns", "pids", name).catch(() => "");
    for (const pid of inside.split("\n").filter(Boolean).map(Number)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        // It has ended meanwhile.
        if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
      }
    }
    // One that was never made is not there.
    await ip("netns", "delete", name).catch(() => undefined);
  }

  /** Its address in the network that it is in now. */
  get address(): string {
    return this.#at(NETWORKS[this.#network].host);
  }

  /** What runs a program on this host, to be followed by the program and its arguments. */
  get command(): readonly [string, ...string[]] {
    return ["nsenter", `--net=/run/netns/${this.#host}`];
  }

  /** A file that runs `program` on this host with the arguments it is given. */
  async executable(program: string): Promise<string> {
    this.#folder ??= await mkdtemp(join(tmpdir(), "nexbasira-host-"));
    const file = join(this.#folder, "run");
    await writeFile(file, `#!/bin/sh\nexec ${this.command.join(" ")} ${program} "$@"\n`);
    await chmod(file, 0o700);
    return file;
  }

  /** Changes what goes wrong from now on; what is not named stays as it is. */
  async impair(change: Partial<Impairment>): Promise<void> {
    this.#impairment = { ...this.#impairment, ...change };
    const rules = forwardRules(this.#impairment, WAN);
    await this.#inRouter("nft", ["-f", "-"], rules);
    await this.#limitRate(WAN, this.#impairment.rate_kbit.up);
    for (const network of ["wifi", "mobile"] as const) await this.#limitRate(network, this.#impairment.rate_kbit.down);
  }

  /** The host's own interface goes down, and the host knows it; or it comes back. */
  async setLink(up: boolean): Promise<void> {
    await ip("-n", this.#host, "link", "set", this.#network, up ? "up" : "down");
    if (up) await this.#route();
  }

  /** Leaves the network for the other: another interface, another address. */
  async move(network: NetworkName): Promise<void> {
    await this.setLink(false);
    this.#network = network;
    await this.setLink(true);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#delay?.close();
    await NetworkHost.removeNamespace(this.#host);
    await NetworkHost.removeNamespace(this.#router);
    // It goes with its other end, but not at once, and its address would be in the way.
    await ip("link", "delete", this.#outside).catch(() => undefined);
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  async #setUp(): Promise<void> {
    for (const namespace of [this.#host, this.#router]) {
      await ip("netns", "add", namespace);
      await ip("-n", namespace, "link", "set", "lo", "up");
      await this.#in(namespace, "sysctl", ["-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv4.ip_forward=1"]);
    }
    await this.#connectToHere();
    for (const [network, { router, host }] of Object.entries(NETWORKS)) {
      await ip(
        "-n",
        this.#router,
        "link",
        "add",
        network,
        "type",
        "veth",
        "peer",
        "name",
        network,
        "netns",
        this.#host,
      );
      await ip("-n", this.#router, "address", "add", `${this.#at(router)}/30`, "dev", network);
      await ip("-n", this.#router, "link", "set", network, "up");
      await ip("-n", this.#host, "address", "add", `${this.#at(host)}/30`, "dev", network);
    }
    await this.setLink(true);
  }

  /** The router's way to this machine: a cable, or a line with a delay. */
  async #connectToHere(): Promise<void> {
    const { subnet, delay_ms, jitter_ms } = this.#options;
    if (delay_ms > 0 || jitter_ms > 0) {
      const devices = [WAN, this.#outside] as const;
      this.#delay = await DelayLine.open({ namespace: this.#router, devices, delay_ms, jitter_ms });
      await ip("-n", this.#router, "link", "set", this.#outside, "netns", String(process.pid));
    } else {
      await ip("link", "add", this.#outside, "type", "veth", "peer", "name", WAN, "netns", this.#router);
    }
    await ip("address", "add", `${this.serverAddress}/30`, "dev", this.#outside);
    await ip("link", "set", this.#outside, "up");
    await ip("-n", this.#router, "address", "add", `${this.#at(2)}/30`, "dev", WAN);
    await ip("-n", this.#router, "link", "set", WAN, "up");
    await ip("-n", this.#router, "route", "add", "default", "via", this.serverAddress);
    await ip("route", "add", `${subnet}.0/24`, "via", this.#at(2));
  }

  async #route(): Promise<void> {
    const gateway = this.#at(NETWORKS[this.#network].router);
    await ip("-n", this.#host, "route", "replace", "default", "via", gateway, "dev", this.#network);
  }

  async #limitRate(device: string, kbit: number | null): Promise<void> {
    const settings =
      kbit === null ? ["pfifo"] : ["tbf", "rate", `${kbit}kbit`, "burst", "5kb", "latency", `${QUEUE_MS}ms`];
    await this.#inRouter("tc", ["qdisc", "replace", "dev", device, "root", ...settings]);
  }

  #inRouter(program: string, args: readonly string[], input?: string): Promise<string> {
    return this.#in(this.#router, program, args, input);
  }

  #in(namespace: string, program: string, args: readonly string[], input?: string): Promise<string> {
    return runNetworkProgram("nsenter", [`--net=/run/netns/${namespace}`, program, ...args], input);
  }

  #at(number: number): string {
    return `${this.#options.subnet}.${number}`;
  }
}
