import { existsSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "./paths.mjs";
import { lastLines, run } from "./run.mjs";
import { elapsed, SetupError, say } from "./say.mjs";
import { hashOf, isStamped, stamp } from "./stamp.mjs";

const SOURCES = ["sdk/node", "package-lock.json"];

/** Builds the SDK into sdk/node/dist, so that `npx nexbasira` runs here, unless what is there was built from the same sources. */
export async function ensureSdk(node) {
  const wanted = hashOf(SOURCES);
  if (isStamped("sdk", wanted) && existsSync(join(PROJECT, "sdk", "node", "dist"))) return;
  const start = Date.now();
  say("Building the SDK (tsc) ...");
  const compiler = join(PROJECT, "node_modules", "typescript", "bin", "tsc");
  const { code, output } = await run(node, [compiler, "-p", "sdk/node"], { cwd: PROJECT });
  if (code !== 0) throw new SetupError(`The SDK could not be built:\n${lastLines(output, 30)}`);
  stamp("sdk", wanted);
  say(`The SDK is built (${elapsed(start)}).`);
}
