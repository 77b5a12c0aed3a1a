import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { NetworkHost } from "./network-host.ts";
import { ip } from "./run-network-program.ts";

/** RFC 2544, C.2.2: 198.18.0.0/15 is for tests of networks. Each host has a /24 of it. */
const SUBNETS = 512;
const MARK = "nexb";

export interface HostOptions {
  /** One way, ms. 0 without a delay line: then it is that of a cable. */
  delay_ms?: number;
  /** Up to so much more, at random; packets keep their order, as in a queue. */
  jitter_ms?: number;
}

/**
 * Hosts with networks of their own on this machine, by network namespaces: each is reached from here through a router of
 * its own, in which everything that goes wrong is made to. Needs root. What an earlier run left behind is removed.
 */
export class NetworkLab {
  readonly #hosts: NetworkHost[] = [];

  static async open(): Promise<NetworkLab> {
    if (process.platform !== "linux" || process.getuid?.() !== 0) {
      throw new Error("tests of networks make network namespaces: they need Linux and root");
    }
    await removeLeftovers();
    return new NetworkLab();
  }

  /** Where this machine is reached from every host: the address of the first one's way here. */
  get serverAddress(): string {
    const [first] = this.#hosts;
    if (!first) throw new Error("the lab has no host yet");
    return first.serverAddress;
  }

  async addHost(options: HostOptions = {}): Promise<NetworkHost> {
    const name = `${MARK}-${process.pid}-${this.#hosts.length}`;
    const host = await NetworkHost.open({ name, subnet: await freeSubnet(), delay_ms: 0, jitter_ms: 0, ...options });
    this.#hosts.push(host);
    return host;
  }

  async close(): Promise<void> {
    for (const host of this.#hosts.splice(0)) await host.close();
  }
}

/** The first three numbers of a /24 that no interface of this machine uses, beginning at one that is this process's. */
async function freeSubnet(): Promise<string> {
  const addresses = await ip("-4", "-oneline", "address", "show");
  for (let i = 0; i < SUBNETS; i += 1) {
    const at = (process.pid * 4 + i) % SUBNETS;
    const subnet = `198.${18 + Math.floor(at / 256)}.${at % 256}`;
    if (!addresses.includes(` ${subnet}.`)) return subnet;
  }
  throw new Error("no subnet is free");
}

/** Ends what is in the namespaces of a run that is no more, and removes them. */
async function removeLeftovers(): Promise<void> {
  const { stdout } = await promisify(execFile)("ip", ["netns", "list"]);
  for (const [name, pid] of stdout.matchAll(new RegExp(`^${MARK}-(\\d+)-\\S+`, "gm"))) {
    if (!isRunning(Number(pid))) await NetworkHost.removeNamespace(name);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
