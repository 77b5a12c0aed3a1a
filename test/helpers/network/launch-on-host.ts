import { type Browser, launch } from "puppeteer-core";
import { launchOptions } from "../browser.ts";
import type { NetworkHost } from "./network-host.ts";

/** A browser on a host, or on this machine without one, that gives cameras to the pages of `origin`. */
export async function launchOnHost(origin: string, host?: NetworkHost, ...flags: string[]): Promise<Browser> {
  const { executablePath = "chromium", ...options } = launchOptions(
    // Cameras are for pages with TLS, and for those that are told to be as good.
    `--unsafely-treat-insecure-origin-as-secure=${origin}`,
    // A relay's certificate is the development authority's.
    "--ignore-certificate-errors",
    ...flags,
  );
  return launch({
    ...options,
    executablePath: host ? await host.executable(executablePath) : executablePath,
    // Its port for commands would be in the host's network.
    pipe: true,
  });
}
