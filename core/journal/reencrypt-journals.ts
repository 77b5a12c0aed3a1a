import { open, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { HEADER_BYTES, looksSealed, openHeader, SealedKind } from "../sealing/sealed-format.ts";
import { LogSealer } from "../sealing/sealed-log.ts";
import type { SealingKeys } from "../sealing/sealing-keys.ts";
import { isMissingFile } from "../storage/is-missing-file.ts";
import { RecordKind } from "./format.ts";
import { listSegments, readSegment } from "./journal-reader.ts";
import { readSegmentBytes } from "./segment-bytes.ts";

export interface ReencryptedJournals {
  reencrypted: number;
  /** Segments that were left as they are: still being written, cut off by a kill, or damaged. */
  left: number;
}

/**
 * Encrypts the segments that are whole under the first key, in place of however they were kept. A journal lives until
 * its recording is made, so what is left goes by itself, unless the recording failed. May be cut off at any time.
 */
export async function reencryptJournals(journals: string, keys: SealingKeys): Promise<ReencryptedJournals> {
  const done: ReencryptedJournals = { reencrypted: 0, left: 0 };
  for await (const directory of partsBelow(journals)) {
    for (const { path } of await listSegments(directory)) {
      if (await isCurrent(path, keys)) continue;
      if (await isWhole(path, keys)) {
        await rewrite(path, keys);
        done.reencrypted += 1;
      } else {
        done.left += 1;
      }
    }
  }
  return done;
}

async function* partsBelow(journals: string): AsyncGenerator<string> {
  for (const recording of await directoriesIn(journals)) {
    for (const part of await directoriesIn(join(journals, recording))) yield join(journals, recording, part);
  }
}

async function directoriesIn(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    // There is no journal yet, or its recording has just been finished.
    if (isMissingFile(error)) return [];
    throw error;
  }
}

async function isCurrent(path: string, keys: SealingKeys): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    const header = buffer.subarray(0, bytesRead);
    return looksSealed(header) && openHeader(keys, SealedKind.log, header).current;
  } finally {
    await file.close();
  }
}

/** Its writer is done with it, and every record can be read. */
async function isWhole(path: string, keys: SealingKeys): Promise<boolean> {
  let last: number | "damage" | undefined;
  for await (const entries of readSegment(path, keys)) {
    if (entries.some(({ kind }) => kind === "damage")) return false;
    last = entries.at(-1)?.kind;
  }
  return last === RecordKind.segmentEnd || last === RecordKind.partEnd;
}

async function rewrite(path: string, keys: SealingKeys): Promise<void> {
  const unfinished = `${path}.new`;
  const sealer = new LogSealer(keys);
  const file = await open(unfinished, "w");
  try {
    await file.writeFile(sealer.header);
    for await (const { bytes } of readSegmentBytes(path, keys)) await file.writeFile(sealer.seal(bytes));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}
