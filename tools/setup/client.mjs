import { existsSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "./paths.mjs";
import { lastLines, run } from "./run.mjs";
import { elapsed, SetupError, say } from "./say.mjs";
import { hashOf, isStamped, stamp } from "./stamp.mjs";

/** What the pages are made of. */
const SOURCES = ["client", "core/contract", "core/shapes", "core/package.json", "package-lock.json"];

/** Builds the pages into client/dist, unless what is there was built from the same sources. */
export async function ensureClient(node) {
  const wanted = hashOf(SOURCES);
  if (isStamped("client", wanted) && existsSync(join(PROJECT, "client", "dist"))) return;
  const start = Date.now();
  say("Building the pages (vite build) ...");
  const vite = join(PROJECT, "node_modules", "vite", "bin", "vite.js");
  const env = { ...process.env, NODE_ENV: "production", NO_COLOR: "1", FORCE_COLOR: undefined };
  const { code, output } = await run(node, [vite, "build", "client"], { cwd: PROJECT, env });
  if (code !== 0) throw new SetupError(`The pages could not be built:\n${lastLines(output, 30)}`);
  stamp("client", wanted);
  say(`The pages are built (${elapsed(start)}).`);
}
