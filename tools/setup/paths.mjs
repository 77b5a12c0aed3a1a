import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** What is worth keeping when the clone is thrown away. */
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "nexbasira");

/** The programs of others that the conformance tests run: `python/bin/`, and `node/node_modules/`. */
export const CONFORMANCE_TOOLS = join(PROJECT, ".toolchain", "conformance");

/** The npm package pkcs11js, with which the tests sign by a token. */
export const PKCS11_BINDING = join(PROJECT, ".toolchain", "pkcs11", "node_modules", "pkcs11js");
