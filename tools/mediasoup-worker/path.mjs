import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CACHE, PROJECT } from "../setup/paths.mjs";

/** The installed mediasoup package. */
export const MEDIASOUP = join(PROJECT, "node_modules", "mediasoup");

/** Where the set-up keeps the mediasoup worker: outside the clone, by version and platform. */
export function cachedWorker() {
  const { version } = JSON.parse(readFileSync(join(MEDIASOUP, "package.json"), "utf8"));
  return join(CACHE, `mediasoup-worker-${version}-${process.platform}-${process.arch}`);
}

/** The mediasoup worker that this machine uses: the one in MEDIASOUP_WORKER_BIN, else the set-up's. */
export function workerPath() {
  return process.env.MEDIASOUP_WORKER_BIN || cachedWorker();
}
