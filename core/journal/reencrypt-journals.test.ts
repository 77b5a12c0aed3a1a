import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { looksSealed, MissingKey } from "../sealing/sealed-format.ts";
import { deriveSealingKeys, NO_SEALING_KEYS, type SealingKeys } from "../sealing/sealing-keys.ts";
import { readSegment } from "./journal-reader.ts";
import { JournalWriter } from "./journal-writer.ts";
import { reencryptJournals } from "./reencrypt-journals.ts";

const newKey = () => randomBytes(32).toString("base64url");
const [first, second] = [newKey(), newKey()];
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "journals-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const open = (part: string, keys: SealingKeys) =>
  JournalWriter.open({ directory: join(root, part), keys, onSegment() {}, onFailure() {}, onRecovery() {} });

async function records(part: string, keys: SealingKeys): Promise<number[]> {
  const kinds: number[] = [];
  for await (const entries of readSegment(join(root, part, "000001.nbj"), keys)) {
    for (const { kind } of entries) kinds.push(kind === "damage" ? -1 : kind);
  }
  return kinds;
}

test("whole journals are encrypted under the new key, plain ones and those of an old one; one at work is left", async () => {
  const old = deriveSealingKeys([first]);
  for (const [part, keys] of [
    ["rec_1/1", NO_SEALING_KEYS],
    ["rec_2/1", old],
  ] as const) {
    const writer = await open(part, keys);
    for (let i = 0; i < 500; i++) writer.appendRtp(1, Buffer.alloc(1200, i));
    await writer.close();
  }
  const atWork = await open("rec_3/1", old);
  try {
    const before = await records("rec_1/1", old);
    const rotated = deriveSealingKeys([second, first]);
    expect(await reencryptJournals(root, rotated)).toEqual({ reencrypted: 2, left: 1 });
    expect(await reencryptJournals(root, rotated)).toEqual({ reencrypted: 0, left: 1 });
    for (const part of ["rec_1/1", "rec_2/1"]) {
      expect(await records(part, deriveSealingKeys([second]))).toEqual(before);
      await expect(records(part, old)).rejects.toThrow(MissingKey);
      expect(await readdir(join(root, part))).toEqual(["000001.nbj"]);
      expect(looksSealed(await readFile(join(root, part, "000001.nbj")))).toBe(true);
    }
  } finally {
    await atWork.close();
  }
});

test("where there is no journal there is nothing to do", async () => {
  expect(await reencryptJournals(join(root, "journals"), deriveSealingKeys([first]))).toEqual({
    reencrypted: 0,
    left: 0,
  });
});
