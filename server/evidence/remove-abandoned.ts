import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isMissingFile } from "@nexbasira/core/storage/is-missing-file.ts";

/** Removes the files of a folder that nobody has written to for `age_ms`. */
export async function removeAbandoned(directory: string, age_ms: number): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const written = await stat(path).catch((error: unknown) => {
      if (isMissingFile(error)) return undefined;
      throw error;
    });
    if (written && Date.now() - written.mtimeMs > age_ms) await rm(path, { force: true });
  }
}
