import { isMissingFile } from "./is-missing-file.ts";
import type { Storage } from "./storage.ts";

export interface ReencryptedFiles {
  reencrypted: number;
  /** Files that none of the keys opens, or that are not what their names say. They are left as they are. */
  unreadable: number;
}

/**
 * Encrypts every stored file that is not yet under the first of the storage keys, also those that are not encrypted at
 * all, and checks each as it is read. May be run again at any time, and beside a running server.
 *
 * @param onProblem - for each file that is left; by its path.
 */
export async function reencryptFiles(
  storage: Storage,
  onProblem: (path: string, error: unknown) => void,
): Promise<ReencryptedFiles> {
  const done: ReencryptedFiles = { reencrypted: 0, unreadable: 0 };
  for await (const path of storage.list()) {
    try {
      if ((await storage.reseal(path)) === "done") done.reencrypted += 1;
    } catch (error) {
      // Another run was faster.
      if (isMissingFile(error)) continue;
      onProblem(path, error);
      done.unreadable += 1;
    }
  }
  return done;
}
