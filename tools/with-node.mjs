/**
 * `node tools/with-node.mjs SCRIPT ARGUMENTS…` runs a script with the Node that runs the project, whichever Node npm uses:
 * it passes signals on, and ends as the script ended.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { findNode } from "./setup/node.mjs";

const node = findNode();
if (node === undefined) {
  process.stderr.write(
    `Node ${process.versions.node} is too old: run "node tools/setup.mjs", which installs a newer one.\n`,
  );
  process.exit(1);
}
const child = spawn(node, process.argv.slice(2), { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal];
});
