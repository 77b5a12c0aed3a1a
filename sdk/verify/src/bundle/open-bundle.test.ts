import { crc32, deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { Unreadable } from "../report.ts";
import { openBundle } from "./open-bundle.ts";

interface RawEntry {
  name: string;
  data?: Uint8Array;
  /** What the local header says instead. */
  localName?: string;
  method?: number;
  flags?: number;
  /** What both headers say that it unpacks to. */
  size?: number;
  /** What the local header alone says that it unpacks to, and how it is packed. */
  localSize?: number;
  localMethod?: number;
  /** An extra field of both headers, and what the local one has instead. */
  extra?: Buffer;
  localExtra?: Buffer;
  /** Where the directory says that it lies. */
  offset?: number;
}

function numbers(...fields: [size: 2 | 4 | 8, value: number][]): Buffer {
  return Buffer.concat(
    fields.map(([size, value]) => {
      const field = Buffer.alloc(8);
      field.writeBigUInt64LE(BigInt(value));
      return field.subarray(0, size);
    }),
  );
}

/** A ZIP as it is written down here, whether or not it makes sense. */
function zip(
  entries: readonly RawEntry[],
  options: { between?: string; count?: number; comment?: string } = {},
): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const { name, data = Buffer.from("content"), method = 0, flags = 0x800 } = entry;
    const packed = method === 8 ? deflateRawSync(data) : Buffer.from(data);
    const extra = entry.extra ?? Buffer.alloc(0);
    const size = entry.size ?? data.length;
    const common = (text: string, method: number, size: number, extra: Buffer) =>
      numbers(
        [2, flags],
        [2, method],
        [4, 0],
        [4, crc32(data)],
        [4, packed.length],
        [4, size],
        [2, Buffer.byteLength(text)],
        [2, extra.length],
      );
    const { localName = name, localMethod = method, localSize = size, localExtra = extra } = entry;
    const local = common(localName, localMethod, localSize, localExtra);
    const file = Buffer.concat([numbers([4, 0x04034b50], [2, 20]), local, Buffer.from(localName), localExtra, packed]);
    directory.push(
      numbers([4, 0x02014b50], [2, 20], [2, 20]),
      common(name, method, size, extra),
      numbers([2, 0], [2, 0], [2, 0], [4, 0], [4, entry.offset ?? at]),
      Buffer.from(name),
      extra,
    );
    const between = Buffer.from(options.between ?? "");
    files.push(file, between);
    at += file.length + between.length;
  }
  const list = Buffer.concat(directory);
  const { comment = "", count = entries.length } = options;
  const end = numbers([4, 0x06054b50], [4, 0], [2, count], [2, count], [4, list.length], [4, at], [2, comment.length]);
  return Buffer.concat([...files, list, end, Buffer.from(comment)]);
}

/** The sizes of an extra field of zip64 (APPNOTE 6.3.10, clause 4.5.3). */
const large = (...sizes: number[]) =>
  numbers([2, 1], [2, sizes.length * 8], ...sizes.map((size): [8, number] => [8, size]));

/** The ZIP with a zip64 directory end before its own (clauses 4.3.14 and 4.3.15), which says this. */
function zip64(
  entries: readonly RawEntry[],
  lies: { count?: number; length?: number; offset?: number; at?: number; marked?: boolean } = {},
): Buffer {
  const plain = zip(entries);
  const end = plain.length - 22;
  const [length, offset] = [plain.readUInt32LE(end + 12), plain.readUInt32LE(end + 16)];
  const { count = entries.length, at = end, marked = true } = lies;
  const sizes = numbers([8, count], [8, count], [8, lies.length ?? length], [8, lies.offset ?? offset]);
  const record = Buffer.concat([numbers([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0]), sizes]);
  const last = Buffer.from(plain.subarray(end));
  if (marked) last.fill(0xff, 8, 20);
  const locator = numbers([4, 0x07064b50], [4, 0], [8, at], [4, 1]);
  return Buffer.concat([plain.subarray(0, end), record, locator, last]);
}

const open = (file: Uint8Array) => openBundle(new Blob([Uint8Array.from(file)]));
const TWO: RawEntry[] = [{ name: "manifest.json" }, { name: "items/0001.jpg" }];

/** A ZIP that ends where the one that is stored in it does. */
function cutAfter(inner: Buffer): Buffer {
  const whole = zip([...TWO, { name: "inner.zip", data: inner }]);
  return whole.subarray(0, whole.indexOf(inner) + inner.length);
}

test("a plain ZIP is read, whichever way its files are packed", async () => {
  const bundle = await open(zip([...TWO, { name: "packed.txt", method: 8, data: Buffer.alloc(9999) }]));
  expect(bundle.names).toEqual(["manifest.json", "items/0001.jpg", "packed.txt"]);
  expect(Buffer.from(await bundle.read("manifest.json", 100)).toString()).toBe("content");
  expect((await bundle.read("packed.txt", 9999)).length).toBe(9999);
  await bundle.close();
});

test("a large ZIP is read by its zip64 directory, and by the sizes of its zip64 fields", async () => {
  const field = { size: 0xffffffff, extra: large(7), localExtra: large(7) };
  const bundle = await open(zip64([...TWO, { name: "large.txt", ...field }]));
  expect(bundle.names).toHaveLength(3);
  expect(bundle.sizeOf("large.txt")).toBe(7);
  expect(Buffer.from(await bundle.read("large.txt", 7)).toString()).toBe("content");
});

test("a ZIP in a ZIP is one file: nothing of what is in it is a file of the bundle", async () => {
  const inner = zip([{ name: "manifest.json", data: Buffer.from("other") }, { name: "items/0002.jpg" }]);
  const bundle = await open(zip([...TWO, { name: "inner.zip", data: inner }]));
  expect(bundle.names).toEqual(["manifest.json", "items/0001.jpg", "inner.zip"]);
  expect(bundle.has("items/0002.jpg")).toBe(false);
  expect(Buffer.from(await bundle.read("manifest.json", 100)).toString()).toBe("content");
});

describe("a ZIP is refused", { timeout: 60_000 }, () => {
  const [manifest = { name: "" }] = TWO;
  const otherData = zip([{ name: "hidden.txt" }]);
  test.each<[string, Buffer]>([
    ["a name leads out of it", zip([...TWO, { name: "../out.txt" }])],
    ["a name leads out of it further down", zip([...TWO, { name: "items/../../out.txt" }])],
    ["a name is absolute", zip([...TWO, { name: "/etc/passwd" }])],
    ["a name is absolute on Windows", zip([...TWO, { name: "C:/out.txt" }])],
    ["a name has backslashes", zip([...TWO, { name: "..\\out.txt" }])],
    ["a name has a zero in it", zip([...TWO, { name: "a\u0000b" }])],
    ["a name is there twice", zip([...TWO, manifest])],
    ["two names differ in case alone", zip([...TWO, { name: "MANIFEST.json" }])],
    ["two names differ in their Unicode form alone", zip([{ name: "\u00e4.jpg" }, { name: "a\u0308.jpg" }])],
    ["a folder holds something", zip([...TWO, { name: "folder/" }])],
    ["its local header has another name", zip([...TWO, { name: "README.txt", localName: "items/0002.jpg" }])],
    ["files lie in each other", zip([...TWO, { name: "again.jpg", offset: 0 }])],
    ["something lies before it", Buffer.concat([Buffer.from("PK and more"), zip(TWO)])],
    ["something lies between its files", zip(TWO, { between: "PK" })],
    ["another file that its directory does not name lies in it", zip(TWO, { between: otherData.toString("latin1") })],
    ["something lies after it", Buffer.concat([zip(TWO), Buffer.from("more")])],
    ["another ZIP lies after it", Buffer.concat([zip(TWO), otherData])],
    ["a comment follows, in which another directory may be", zip(TWO, { comment: "words" })],
    ["its directory is cut short", zip(TWO).subarray(0, -30)],
    ["its directory names fewer than there are", zip(TWO, { count: 1 })],
    ["its directory claims more than there are", zip(TWO, { count: 3 })],
    ["its directory claims to be a large one and there is none", zip(TWO, { count: 0xffff })],
    ["it is encrypted", zip([{ ...manifest, flags: 0x801 }])],
    ["a file claims to be larger than the bundle can be", zip([{ ...manifest, method: 8, size: 0xfffffff0 }])],
    ["a file claims another size to whoever reads from the beginning", zip([{ ...manifest, localSize: 3 }])],
    ["a file is packed otherwise for whoever reads from the beginning", zip([{ ...manifest, localMethod: 8 }])],
    [
      "a file claims another size in its zip64 field alone",
      zip([{ ...manifest, size: 0xffffffff, extra: large(7), localExtra: large(6) }]),
    ],
    ["a zip64 field claims eight million terabytes", zip([{ ...manifest, size: 0xffffffff, extra: large(2 ** 63) }])],
    ["a zip64 field is too short", zip([{ ...manifest, size: 0xffffffff, extra: large() }])],
    ["a file is large and no zip64 field says how large", zip([{ ...manifest, size: 0xffffffff }])],
    ["its zip64 directory names fewer than there are", zip64(TWO, { count: 1 })],
    ["its zip64 directory claims more than there are", zip64(TWO, { count: 3 })],
    ["its zip64 directory claims more than can be", zip64(TWO, { count: 2 ** 62 })],
    ["its zip64 directory lies elsewhere", zip64(TWO, { offset: 1 })],
    ["its zip64 directory lies beyond all files", zip64(TWO, { offset: 2 ** 63 })],
    ["its zip64 directory is as long as all files", zip64(TWO, { length: 2 ** 62 })],
    ["its zip64 directory's end is said to lie elsewhere", zip64(TWO, { at: 0 })],
    ["it has two directory ends and does not say so", zip64(TWO, { marked: false })],
    ["it is cut off after the ZIP in it", cutAfter(otherData)],
    ["it is all header", Buffer.from("PK\u0003\u0004")],
  ])("where %s", async (_name, file) => {
    await expect(open(file)).rejects.toThrow(Unreadable);
  });

  test("where it has more files than a bundle has", async () => {
    const many = Array.from({ length: 20_001 }, (_, i) => ({ name: `${i}`, data: Buffer.alloc(0) }));
    await expect(open(zip(many))).rejects.toMatchObject({ code: "too_large" });
  });

  test("where its directory alone would fill the memory", async () => {
    // Sixteen megabytes that nobody has to read: the file says so itself.
    const hollow = Buffer.alloc(17 * 1024 * 1024);
    const end = numbers([4, 0x06054b50], [4, 0], [2, 1], [2, 1], [4, hollow.length], [4, 0], [2, 0]);
    await expect(open(Buffer.concat([hollow, end]))).rejects.toMatchObject({ code: "too_large" });
  });
});

describe("a file of a ZIP that is not what its headers say", { timeout: 60_000 }, () => {
  const bomb = { name: "bomb", method: 8, data: Buffer.alloc(20 * 1024 * 1024) };

  test("stops where it grows over the size that it claims", async () => {
    const bundle = await open(zip([{ ...bomb, size: 1000 }]));
    await expect(bundle.read("bomb", 10_000)).rejects.toThrow(Unreadable);
    expect(await bundle.digest("bomb")).toBeNull();
  });

  test("is not read where it claims more than the reader wants", async () => {
    const bundle = await open(zip([bomb]));
    await expect(bundle.read("bomb", 1000)).rejects.toMatchObject({ code: "too_large" });
  });

  test("has no digest where it is smaller than it says, of an unknown method, or damaged", async () => {
    const damaged = zip([{ name: "d" }]);
    damaged.write("Content", damaged.indexOf("content"));
    for (const file of [zip([{ name: "d", method: 8, size: 99 }]), zip([{ name: "d", method: 99 }]), damaged]) {
      const bundle = await open(file);
      expect(await bundle.digest("d")).toBeNull();
      await expect(bundle.read("d", 100)).rejects.toThrow(Unreadable);
    }
  });
});
