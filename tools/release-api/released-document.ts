import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Json } from "./json.ts";

/** The copy of the API's description that clients rely on. */
export const RELEASED_PATH = join(import.meta.dirname, "../../docs/api/openapi.json");

/** Where the API is, for the copy: each installation's own document has its own address. */
const PUBLIC_URL = "https://api.nexbasira.com";

/** The description that this code would release. */
export async function currentDocument(): Promise<Json> {
  const program = join(import.meta.dirname, "../../server/print-open-api.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program, PUBLIC_URL], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout);
}

/** The released description; undefined before the first release. */
export async function releasedDocument(): Promise<unknown> {
  const text = await readFile(RELEASED_PATH, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? undefined : JSON.parse(text);
}
