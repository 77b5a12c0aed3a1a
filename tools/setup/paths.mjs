import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** What is worth keeping when the clone is thrown away. */
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "nexbasira");

/** The programs of others that the conformance tests run: `python/bin/`, and `node/node_modules/`. */
export const CONFORMANCE_TOOLS = join(PROJECT, ".toolchain", "conformance");
