import { existsSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "./paths.mjs";
import { lastLines, run } from "./run.mjs";
import { elapsed, SetupError, say } from "./say.mjs";
import { hashOf, isStamped, stamp } from "./stamp.mjs";

/** Each package with the sources that it is built from. */
const PACKAGES = [
  {
    name: "sdk",
    folder: "sdk/node",
    sources: ["sdk/node"],
    script: ["node_modules/typescript/bin/tsc", "-p", "sdk/node"],
  },
  {
    name: "sdk-verify",
    folder: "sdk/verify",
    sources: ["sdk/verify", "core/audit", "core/authority", "core/contract"],
    script: ["sdk/verify/build.ts"],
  },
];

/**
 * Builds the packages for others into their `dist/`, so that `npx nexbasira` and `npx nexbasira-verify` run here, unless
 * what is there was built from the same sources.
 */
export async function ensureSdk(node) {
  for (const { name, folder, sources, script } of PACKAGES) {
    const wanted = hashOf([...sources, "package-lock.json"]);
    if (isStamped(name, wanted) && existsSync(join(PROJECT, folder, "dist"))) continue;
    const start = Date.now();
    say(`Building ${folder} ...`);
    const { code, output } = await run(node, script, { cwd: PROJECT });
    if (code !== 0) throw new SetupError(`${folder} could not be built:\n${lastLines(output, 30)}`);
    stamp(name, wanted);
    say(`${folder} is built (${elapsed(start)}).`);
  }
}
