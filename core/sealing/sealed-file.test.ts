import { randomBytes } from "node:crypto";
import { mkdtemp, open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SealedFile, writeSealedFile } from "./sealed-file.ts";
import { BrokenSeal, CHUNK_BYTES, HEADER_BYTES, MissingKey, TAG_BYTES } from "./sealed-format.ts";
import { deriveSealingKeys, type SealingKeys, sealedName } from "./sealing-keys.ts";

const newKey = () => randomBytes(32).toString("base64url");
const [first, second] = [newKey(), newKey()];
const keys = deriveSealingKeys([first]);
const ID = randomBytes(32);

let root: string;
let files = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "nexbasira-sealed-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Seals what comes in parts of `step` bytes, and answers the path. */
async function seal(plain: Buffer, step = 100_000, under: SealingKeys = keys): Promise<string> {
  const path = join(root, String(++files));
  const file = await open(path, "wx");
  const parts = Array.from({ length: Math.ceil(plain.length / step) }, (_, i) =>
    plain.subarray(i * step, (i + 1) * step),
  );
  await writeSealedFile(file, under, ID, parts);
  await file.close();
  return path;
}

async function read(path: string, range: [start?: number, end?: number] = [], under = keys): Promise<Buffer> {
  const file = await SealedFile.open(path, under);
  try {
    const parts: Buffer[] = [];
    for await (const part of file.read(...range)) parts.push(part);
    return Buffer.concat(parts);
  } finally {
    await file.close();
  }
}

describe("a sealed file", () => {
  const sizes = [
    0,
    1,
    CHUNK_BYTES - 1,
    CHUNK_BYTES,
    CHUNK_BYTES + 1,
    16 * CHUNK_BYTES,
    16 * CHUNK_BYTES + 1,
    40 * CHUNK_BYTES - 7,
  ];

  test.each(sizes)("of %i bytes comes back as it was, however it was given", async (size) => {
    const plain = randomBytes(size);
    for (const step of [1000 * CHUNK_BYTES, CHUNK_BYTES, 77_777]) {
      const path = await seal(plain, step);
      expect((await read(path)).equals(plain)).toBe(true);
      const file = await SealedFile.open(path, keys);
      await file.close();
      expect(file).toMatchObject({ size, sha256: ID.toString("hex"), current: true });
    }
  });

  test("takes its header and 16 bytes for each 64 KiB more than its content", async () => {
    const path = await seal(randomBytes(3 * CHUNK_BYTES + 5));
    expect((await readFile(path)).length).toBe(HEADER_BYTES + 3 * CHUNK_BYTES + 5 + 4 * TAG_BYTES);
  });

  test("gives any range of itself", async () => {
    const plain = randomBytes(20 * CHUNK_BYTES + 100);
    const path = await seal(plain);
    const places = [
      0,
      1,
      CHUNK_BYTES - 1,
      CHUNK_BYTES,
      CHUNK_BYTES + 1,
      17 * CHUNK_BYTES + 3,
      plain.length - 1,
      plain.length,
    ];
    for (const start of places) {
      for (const end of places) {
        const wanted = end < start ? Buffer.alloc(0) : plain.subarray(start, end);
        expect((await read(path, [start, end])).equals(wanted), `${start} to ${end}`).toBe(true);
      }
    }
  });

  test("holds nothing of its content in the clear, and is another one each time", async () => {
    const plain = Buffer.from("the same line of a report\n".repeat(5_000));
    const [a, b] = [await readFile(await seal(plain)), await readFile(await seal(plain))];
    expect(a.includes("report")).toBe(false);
    expect(a.includes(ID)).toBe(false);
    expect(a.subarray(HEADER_BYTES).equals(b.subarray(HEADER_BYTES))).toBe(false);
  });
});

describe("what is done to a sealed file is found:", () => {
  const plain = randomBytes(3 * CHUNK_BYTES + 1000);

  test("a bit that is flipped, in every byte of the header and in bytes of every chunk and tag", async () => {
    const path = await seal(plain);
    const whole = await readFile(path);
    const places = [
      ...Array.from({ length: HEADER_BYTES }, (_, i) => i),
      ...Array.from({ length: 200 }, (_, i) => HEADER_BYTES + Math.floor((i * (whole.length - HEADER_BYTES)) / 200)),
      ...Array.from({ length: TAG_BYTES }, (_, i) => HEADER_BYTES + CHUNK_BYTES + i),
      ...Array.from({ length: TAG_BYTES }, (_, i) => whole.length - 1 - i),
    ];
    const altered = `${path}.altered`;
    for (const [i, place] of places.entries()) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << (i % 8)), place);
      await writeFile(altered, bytes);
      await expect(read(altered), `byte ${place}`).rejects.toThrow(BrokenSeal);
    }
  });

  test("a cut, at every border and within", async () => {
    const path = await seal(plain);
    const { length } = await readFile(path);
    const sealedChunk = CHUNK_BYTES + TAG_BYTES;
    const cuts = [1, 2, 3].flatMap((chunks) => [-1, 0, 1].map((by) => HEADER_BYTES + chunks * sealedChunk + by));
    for (const cut of [length - 1, ...cuts.toReversed(), HEADER_BYTES + TAG_BYTES, HEADER_BYTES, 50, 0]) {
      await truncate(path, cut);
      await expect(SealedFile.open(path, keys), `cut at ${cut}`).rejects.toThrow(BrokenSeal);
    }
  });

  test("chunks that changed places, one that is there twice, one of another file, and bytes behind the last", async () => {
    const [path, other] = [await seal(plain), await seal(plain)];
    const [whole, foreign] = [await readFile(path), await readFile(other)];
    const header = whole.subarray(0, HEADER_BYTES);
    const chunk = (from: Buffer, i: number) => {
      const at = HEADER_BYTES + i * (CHUNK_BYTES + TAG_BYTES);
      return from.subarray(at, at + CHUNK_BYTES + TAG_BYTES);
    };
    const [c0, c1, c2, c3] = [0, 1, 2, 3].map((i) => chunk(whole, i)) as [Buffer, Buffer, Buffer, Buffer];
    const wrong = {
      swapped: [header, c1, c0, c2, c3],
      repeated: [header, c0, c0, c2, c3],
      "left out": [header, c0, c2, c3],
      foreign: [header, c0, chunk(foreign, 1), c2, c3],
      "with another's header": [foreign.subarray(0, HEADER_BYTES), c0, c1, c2, c3],
      "longer by a chunk": [header, c0, c1, c2, c2, c3],
      "longer by a byte": [whole, Buffer.alloc(1)],
    };
    for (const [how, parts] of Object.entries(wrong)) {
      await writeFile(path, Buffer.concat(parts));
      await expect(read(path), how).rejects.toThrow(BrokenSeal);
    }
    await writeFile(path, whole);
    expect((await read(path)).equals(plain)).toBe(true);
  });
});

describe("keys", () => {
  test("open what they sealed wherever they stand in the list, and nothing else", async () => {
    const plain = randomBytes(1000);
    const path = await seal(plain);
    const rotated = deriveSealingKeys([second, first]);
    expect((await read(path, [], rotated)).equals(plain)).toBe(true);
    const file = await SealedFile.open(path, rotated);
    await file.close();
    expect(file.current).toBe(false);
    await expect(read(path, [], deriveSealingKeys([second]))).rejects.toThrow(MissingKey);
    await expect(read(path, [], [])).rejects.toThrow(MissingKey);
  });

  test("name the same content differently, and must be 32 bytes", () => {
    const [one, two] = deriveSealingKeys([first, second]);
    if (!one || !two) throw new Error("no keys");
    const sha256 = "ab".repeat(32);
    expect(sealedName(one, sha256)).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set([sha256, sealedName(one, sha256), sealedName(two, sha256)]).size).toBe(3);
    expect(() => deriveSealingKeys([randomBytes(31).toString("base64url")])).toThrow("32 bytes");
  });
});
