import { createHmac } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Remembers a PIN that a token refused, over restarts: a few wrong ones lock a token for good. */
export interface RefusedPins {
  /** Whether the token has refused this PIN, and no other was tried since. */
  has(token: string, pin: string): Promise<boolean>;
  add(token: string, pin: string): Promise<void>;
  /** Forgets: the PIN that is used now is right. */
  clear(): Promise<void>;
  /** The file to remove for another try with the same PIN. */
  path: string;
}

/** Kept in a file of `folder`, as a keyed digest under `secret`, which tells nobody the PIN. */
export interface RefusedPinsPlace {
  folder: string;
  secret: string;
}

export function refusedPins({ folder, secret }: RefusedPinsPlace): RefusedPins {
  const path = join(folder, "refused-pin");
  const markOf = (token: string, pin: string) =>
    createHmac("sha256", secret)
      .update(JSON.stringify(["refused-pin", token, pin]))
      .digest("hex");
  return {
    path,
    has: async (token, pin) => (await read(path)) === markOf(token, pin),
    add: (token, pin) => writeFile(path, markOf(token, pin), { mode: 0o600 }),
    clear: () => rm(path, { force: true }),
  };
}

async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    // None was refused.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
