import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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

  async function read(bytes: Buffer) {
    await writeFile(path, bytes);
    const arrivals: number[] = [];
    const damage: { bytes: number; atEnd: boolean; after: number }[] = [];
    for await (const batch of readSegment(path)) {
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

  it("lists segments in order and nothing else", async () => {
    for (const name of ["000010.nbj", "000002.nbj", "000003.nbj.partial", "notes.txt"]) {
      await writeFile(join(directory, name), "");
    }
    expect((await listSegments(directory)).map(({ segment }) => segment)).toEqual([2, 10]);
  });
});
