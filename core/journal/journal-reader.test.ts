import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MissingKey } from "../sealing/sealed-format.ts";
import { LogSealer } from "../sealing/sealed-log.ts";
import { deriveSealingKeys, type SealingKeys } from "../sealing/sealing-keys.ts";
import { RecordKind, writeRecord } from "./format.ts";
import { listSegments, readSegment, readSegmentHeader } from "./journal-reader.ts";

function rtp(arrivalUs: number, payload: Buffer): Buffer {
  const record = Buffer.alloc(payload.length + 18);
  writeRecord(record, 0, RecordKind.rtp, 3, arrivalUs, payload);
  return record;
}

/** Records whose payloads are large enough that several reads are needed, and that hold the mark themselves. */
const RECORDS = Array.from({ length: 1000 }, (_, i) => rtp(i * 1000, Buffer.alloc(900 + (i % 7), "NB")));

describe("readSegment", () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "journal-"));
    path = join(directory, "000001.nbj");
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function read(bytes: Buffer, keys?: SealingKeys) {
    await writeFile(path, bytes);
    const arrivals: number[] = [];
    const damage: { bytes: number; atEnd: boolean; after: number }[] = [];
    for await (const batch of readSegment(path, keys)) {
      for (const entry of batch) {
        if (entry.kind === "damage") damage.push({ bytes: entry.bytes, atEnd: entry.atEnd, after: arrivals.length });
        else arrivals.push(entry.arrivalUs / 1000);
      }
    }
    return { arrivals, damage };
  }
  const all = RECORDS.map((_, i) => i);

  it("reads every record of a file larger than its buffer", async () => {
    expect(await read(Buffer.concat(RECORDS))).toEqual({ arrivals: all, damage: [] });
  });

  it("cuts a torn tail at the last whole record, wherever it is torn", async () => {
    const whole = Buffer.concat(RECORDS.slice(0, 20));
    for (const cut of [1, 2, 13, 17, 18, 500, 917]) {
      const { arrivals, damage } = await read(whole.subarray(0, whole.length - cut));
      expect(arrivals).toEqual(all.slice(0, 19));
      expect(damage).toEqual([{ bytes: RECORDS[19] ? RECORDS[19].length - cut : 0, atEnd: true, after: 19 }]);
    }
  });

  it("skips a record whose bytes changed and goes on with the next", async () => {
    for (const at of [0, 2, 4, 7, 10, 100, 915]) {
      const bytes = Buffer.concat(RECORDS);
      const start = RECORDS.slice(0, 400).reduce((sum, record) => sum + record.length, 0);
      bytes.writeUInt8(bytes.readUInt8(start + at) ^ 0x10, start + at);
      const { arrivals, damage } = await read(bytes);
      expect(arrivals).toEqual(all.filter((i) => i !== 400));
      expect(damage).toEqual([{ bytes: RECORDS[400]?.length, atEnd: false, after: 400 }]);
    }
  });

  it("goes on behind a hole of zeros, such as a machine without power leaves", async () => {
    const hole = Buffer.alloc(300_000);
    const { arrivals, damage } = await read(Buffer.concat([...RECORDS.slice(0, 10), hole, ...RECORDS.slice(10)]));
    expect(arrivals).toEqual(all);
    expect(damage).toEqual([{ bytes: 300_000, atEnd: false, after: 10 }]);
  });

  it("takes nothing but zeros for damage", async () => {
    expect(await read(Buffer.alloc(5000))).toEqual({ arrivals: [], damage: [{ bytes: 5000, atEnd: true, after: 0 }] });
    expect(await readSegmentHeader(path)).toBeNull();
  });

  it("opens an encrypted segment, and loses one batch to damage in it", async () => {
    const keys = deriveSealingKeys([randomBytes(32).toString("base64url")]);
    const sealer = new LogSealer(keys);
    const batches = Array.from({ length: 100 }, (_, i) =>
      sealer.seal(Buffer.concat(RECORDS.slice(i * 10, i * 10 + 10))),
    );
    const whole = Buffer.concat([sealer.header, ...batches]);
    expect(await read(whole, keys)).toEqual({ arrivals: all, damage: [] });
    expect(await readSegmentHeader(path, keys)).toBeNull();
    await expect(read(whole)).rejects.toThrow(MissingKey);

    const hit = batches[40] ?? Buffer.alloc(0);
    const without = all.filter((i) => i < 400 || i >= 410);
    for (const at of [0, 5, 9, 12, 5000, hit.length - 1]) {
      const bytes = Buffer.from(whole);
      const place = whole.indexOf(hit) + at;
      bytes.writeUInt8(bytes.readUInt8(place) ^ 0x10, place);
      const damage = [{ bytes: hit.length, atEnd: false, after: 400 }];
      expect(await read(bytes, keys), `byte ${at}`).toEqual({ arrivals: without, damage });
    }
    const torn = await read(whole.subarray(0, whole.length - 7), keys);
    expect(torn).toEqual({
      arrivals: all.slice(0, 990),
      damage: [{ bytes: (batches[99]?.length ?? 0) - 7, atEnd: true, after: 990 }],
    });
    const cutOut = await read(Buffer.concat([sealer.header, ...batches.slice(0, 40), ...batches.slice(41)]), keys);
    expect(cutOut).toEqual({ arrivals: without, damage: [{ bytes: 1, atEnd: false, after: 400 }] });
  });

  it("lists segments in order and nothing else", async () => {
    for (const name of ["000010.nbj", "000002.nbj", "000003.nbj.partial", "notes.txt"]) {
      await writeFile(join(directory, name), "");
    }
    expect((await listSegments(directory)).map(({ segment }) => segment)).toEqual([2, 10]);
  });
});
