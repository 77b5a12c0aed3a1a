import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { npm } from "./node.mjs";
import { PKCS11_BINDING, PROJECT } from "./paths.mjs";
import { lastLines } from "./run.mjs";
import { elapsed, SetupError, say } from "./say.mjs";
import { isStamped, stamp } from "./stamp.mjs";

const VERSION = "2.1.7";

/**
 * Installs `pkcs11js`, with which the tests sign by a token, unless it is there: native code, compiled here, and so in a
 * folder of its own instead of among the dependencies of everybody.
 */
export async function ensurePkcs11Binding(node) {
  const folder = join(dirname(PKCS11_BINDING), "..");
  const wanted = `${process.platform}-${process.arch} ${VERSION}`;
  if (isStamped("pkcs11", wanted) && existsSync(PKCS11_BINDING)) return;
  const start = Date.now();
  say("Building the PKCS#11 binding for the tests (npm, a C++ compiler) into .toolchain/pkcs11 ...");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true, "allowScripts": { "pkcs11js": true } }\n');
  const headers = findHeaders(node);
  const env = headers === undefined ? {} : { npm_config_nodedir: headers };
  const args = ["install", "--no-save", "--no-audit", "--no-fund", `pkcs11js@${VERSION}`];
  const { code, output } = await npm(node, folder, args, env);
  if (code !== 0) {
    throw new SetupError(
      `The PKCS#11 binding of the tests could not be built:\n${lastLines(output)}\nIt needs a C++ compiler, make, Python and Node's headers; where those are not beside Node, they are downloaded from nodejs.org.`,
    );
  }
  stamp("pkcs11", wanted);
  say(`The PKCS#11 binding is built (${elapsed(start)}).`);
}

/** The folder with `include/node`: beside the program, or in the npm registry's package for this system. */
function findHeaders(node) {
  const packages = join(PROJECT, ".toolchain", "node_modules", "node", "node_modules");
  const folders = [
    join(dirname(node), ".."),
    ...(existsSync(packages) ? readdirSync(packages).map((name) => join(packages, name)) : []),
  ];
  return folders.find((folder) => existsSync(join(folder, "include", "node", "common.gypi")));
}
