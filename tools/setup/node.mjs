import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { PROJECT } from "./paths.mjs";
import { lastLines, run } from "./run.mjs";
import { elapsed, SetupError, say } from "./say.mjs";

/** The oldest Node that runs TypeScript as it is, without a flag or a warning. */
const OLDEST = [22, 18];

const TOOLCHAIN = join(PROJECT, ".toolchain");
const OWN_NODE = join(TOOLCHAIN, "node_modules", "node", "bin", "node");

/** The Node that runs the project: the one that runs this, or the project's own; undefined if neither is new enough. */
export function findNode() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  return existsSync(OWN_NODE) && isNewEnough(versionOf(OWN_NODE)) ? OWN_NODE : undefined;
}

/** `findNode()`, after installing the npm registry's `node` package under `.toolchain/` where it found none. */
export async function ensureNode() {
  const found = findNode();
  if (found !== undefined) return found;
  const start = Date.now();
  say(`Node ${process.versions.node} is too old for this project: installing Node 24 into .toolchain/ ...`);
  mkdirSync(TOOLCHAIN, { recursive: true });
  // The package fetches its binary, another package, in a script; npm may run none that the project does not allow.
  writeFileSync(join(TOOLCHAIN, "package.json"), '{ "private": true, "allowScripts": { "node": true } }\n');
  const { output } = await npm(process.execPath, TOOLCHAIN, ["install", "--no-save", "node@24"]);
  const installed = findNode();
  if (installed === undefined) {
    throw new SetupError(
      `Node ${OLDEST.join(".")} or newer is needed, this is ${process.versions.node}, and npm could not install one:\n` +
        `${lastLines(output)}\nInstall Node 24 and run the command again.`,
    );
  }
  say(`Node ${versionOf(installed)} is installed (${elapsed(start)}).`);
  return installed;
}

/**
 * Runs npm in a folder with the given Node, which the scripts of packages find first in PATH, too. What the npm that runs
 * us was told for itself (it hands its options down in the environment) is overruled where it would change what is done.
 */
export function npm(node, folder, args, env = {}) {
  const flags = ["--prefix", folder, "--global=false", "--ignore-scripts=false", "--dry-run=false", "--loglevel=error"];
  const options = {
    cwd: folder,
    env: { ...process.env, ...env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
  };
  const caller = process.env.npm_execpath ?? "";
  return caller.endsWith("npm-cli.js")
    ? run(node, [caller, ...args, ...flags], options)
    : run("npm", [...args, ...flags], options);
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

function versionOf(node) {
  try {
    return execFileSync(node, ["-p", "process.versions.node"], { encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    // A binary for another system, left in a folder that was copied here.
    return "0.0";
  }
}
