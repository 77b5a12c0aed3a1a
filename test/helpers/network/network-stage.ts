import type { Browser } from "puppeteer-core";
import { freePort } from "../free-port.ts";
import type { ProcessName } from "../installation.ts";
import { Instance } from "../instance.ts";
import { launchOnHost } from "./launch-on-host.ts";
import type { NetworkHost } from "./network-host.ts";
import { type HostOptions, NetworkLab } from "./network-lab.ts";
import { reachableAt } from "./reachable-at.ts";

export interface NetworkStageOptions {
  processes: readonly ProcessName[];
  /** One host for each. */
  hosts: readonly HostOptions[];
  /** Adds to the environment of every process. */
  environment?: (stage: { serverAddress: string }) => Promise<Record<string, string>>;
}

/** An installation in this machine's own network, and hosts that reach it through networks of their own. */
export class NetworkStage {
  readonly lab: NetworkLab;
  readonly hosts: readonly NetworkHost[];
  readonly instance: Instance;
  readonly #browsers: Browser[] = [];

  private constructor(lab: NetworkLab, hosts: readonly NetworkHost[], instance: Instance) {
    this.lab = lab;
    this.hosts = hosts;
    this.instance = instance;
  }

  static async open({ processes, hosts, environment }: NetworkStageOptions): Promise<NetworkStage> {
    const lab = await NetworkLab.open();
    try {
      const opened: NetworkHost[] = [];
      for (const options of hosts) opened.push(await lab.addHost(options));
      const { serverAddress } = lab;
      const port = await freePort();
      const instance = await Instance.start(processes, {
        ...reachableAt(serverAddress, port),
        ...(await environment?.({ serverAddress })),
      });
      return new NetworkStage(lab, opened, instance);
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  /** The host's number in the list of the options. */
  host(number: number): NetworkHost {
    const host = this.hosts[number];
    if (!host) throw new Error(`there is no host ${number}`);
    return host;
  }

  /** A browser on a host, or on this machine without one. */
  async launchBrowser(host?: NetworkHost): Promise<Browser> {
    const browser = await launchOnHost(this.instance.environment.PUBLIC_URL ?? "", host);
    this.#browsers.push(browser);
    return browser;
  }

  async close(): Promise<void> {
    // Whole again, so that nobody waits for an answer.
    for (const host of this.hosts) await host.impair({ cut: false });
    for (const browser of this.#browsers) await browser.close();
    await this.instance.stop();
    await this.lab.close();
  }
}
