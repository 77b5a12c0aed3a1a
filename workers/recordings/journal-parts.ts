import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isMissingFile } from "@nexbasira/core/storage/is-missing-file.ts";

/** The directories of a recording's parts, in order; none when it has no journal. */
export async function listJournalParts(journals: string, recordingId: string): Promise<string[]> {
  const directory = join(journals, recordingId);
  const names = await readdir(directory).catch((error: unknown) => {
    if (isMissingFile(error)) return [];
    throw error;
  });
  const numbers = names.filter((name) => /^[1-9]\d*$/.test(name)).map(Number);
  return numbers.sort((a, b) => a - b).map((number) => join(directory, String(number)));
}
