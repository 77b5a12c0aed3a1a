import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "@nexbasira/core/database/database.ts";
import {
  forgetFileToDelete,
  isFileNamed,
  listDeletedRecordings,
  listFilesToDelete,
} from "@nexbasira/core/database/retention.ts";
import { isMissingFile } from "@nexbasira/core/storage/is-missing-file.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";

const BATCH = 200;
/** Longer than it takes from storing a file to the commit of the row that names it. */
const YOUNG_MS = 15 * 60 * 1000;

/**
 * Removes from the disk what deletions have let go of: files that no row names any more, and journals. A file that another
 * item uses stays, and so does one that was stored again within the last minutes, until a later run looks at it anew. A
 * file is forgotten only once it is gone, so a run that is killed leaves nothing behind that the next one does not find.
 */
export async function deleteFiles(
  { database, storage, journals }: { database: Database; storage: Storage; journals: string },
  signal: AbortSignal,
  young_ms = YOUNG_MS,
): Promise<{ removed: number; shared: number; young: number }> {
  const done = { removed: 0, shared: 0, young: 0 };
  for (let after_key = ""; ; ) {
    const keys = await listFilesToDelete(database, { after_key, limit: BATCH });
    for (const key of keys) {
      signal.throwIfAborted();
      if (await isFileNamed(database, key)) {
        done.shared += 1;
      } else if ((await storage.remove(key, young_ms)) === "young") {
        done.young += 1;
        continue;
      } else {
        done.removed += 1;
      }
      await forgetFileToDelete(database, key);
    }
    const last = keys.at(-1);
    if (last === undefined || keys.length < BATCH) break;
    after_key = last;
  }
  await removeJournals(database, journals);
  return done;
}

/** A journal outlives its recording only where that could not be finished. */
async function removeJournals(database: Database, journals: string): Promise<void> {
  const names = await readdir(journals).catch((error: unknown) => {
    if (isMissingFile(error)) return [];
    throw error;
  });
  for (const id of await listDeletedRecordings(database, names)) {
    await rm(join(journals, id), { recursive: true, force: true });
  }
}
