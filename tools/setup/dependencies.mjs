import { npm } from "./node.mjs";
import { PROJECT } from "./paths.mjs";
import { lastLines } from "./run.mjs";
import { elapsed, SetupError, say } from "./say.mjs";
import { hashOf, isStamped, stamp } from "./stamp.mjs";

/** Installs what package-lock.json names, unless just that is installed. */
export async function ensureDependencies(node) {
  const wanted = `${process.platform}-${process.arch} ${hashOf(["package-lock.json"])}`;
  if (isStamped("dependencies", wanted)) return;
  const start = Date.now();
  say("Installing the dependencies (npm install) ...");
  // With any value, mediasoup's own installation script does nothing: the worker is a step of its own.
  const env = { MEDIASOUP_WORKER_BIN: "later" };
  // Not `npm ci`: it refuses a lock file without the optional packages of other systems, and a registry's mirror may not
  // have had those when it was written. This installs the same versions and leaves the lock file as it is.
  const args = ["install", "--no-save", "--include=dev", "--include=optional"];
  const { code, output } = await npm(node, PROJECT, args, env);
  if (code !== 0) {
    throw new SetupError(
      `The dependencies could not be installed:\n${lastLines(output)}\nIf the npm registry cannot be reached, look at the network or npm's proxy settings and run the command again.`,
    );
  }
  stamp("dependencies", wanted);
  say(`The dependencies are installed (${elapsed(start)}).`);
}
