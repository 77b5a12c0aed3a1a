/**
 * Runs NexBasira on this machine for development: PostgreSQL, the media process, the server and the workers, until
 * SIGINT or SIGTERM. `npm start` calls it after the set-up.
 */
import { setTimeout as delay } from "node:timers/promises";
import { readConfiguration } from "./start/configuration.ts";
import { Instance } from "./start/instance.ts";

/** A terminal, npm and a wrapper may each hand on the same Ctrl-C: what comes within this time (ms) is the same one. */
const SAME_PRESS = 1_000;

const stop = new AbortController();
let asked = 0;
let instance: Instance | undefined;

function onSignal(signal: NodeJS.Signals): void {
  if (stop.signal.aborted) {
    if (signal !== "SIGINT" || Date.now() - asked < SAME_PRESS) return;
    instance?.kill();
    process.exit(130);
  }
  asked = Date.now();
  console.log("\nStopping ...");
  stop.abort();
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);

try {
  instance = new Instance(readConfiguration(process.env), stop.signal);
  console.log("Starting ...");
  console.log(await instance.start());
  while (!stop.signal.aborted) await delay(3_600_000, undefined, { signal: stop.signal }).catch(() => undefined);
} catch (error) {
  if (!stop.signal.aborted) {
    console.error(`\n${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
} finally {
  await instance?.close();
}
