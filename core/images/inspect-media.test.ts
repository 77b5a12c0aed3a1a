import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspectMedia } from "./inspect-media.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "inspect-media-"));
});
afterAll(() => rm(folder, { recursive: true }));

const photo = () => sharp({ create: { width: 400, height: 300, channels: 3, background: "#2b6", noise: NOISE } });
const NOISE = { type: "gaussian", mean: 120, sigma: 30 } as const;

describe("pictures", () => {
  test.each(["jpeg", "png", "webp", "avif"] as const)(
    "a whole %s can be shown, with its size in pixels",
    async (format) => {
      const bytes = await photo().toFormat(format).toBuffer();
      expect(await inspectMedia(bytes)).toEqual({
        mediaType: `image/${format}`,
        size: bytes.length,
        width: 400,
        height: 300,
        displayable: true,
      });
    },
  );

  test("a photo taken with the phone upright has its upright size", async () => {
    const bytes = await photo().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await inspectMedia(bytes)).toMatchObject({ width: 300, height: 400, displayable: true });
  });

  test("a PNG called .jpg is a PNG", async () => {
    const path = join(folder, "photo.jpg");
    await writeFile(path, await photo().png().toBuffer());
    expect(await inspectMedia(path)).toMatchObject({ mediaType: "image/png", displayable: true });
  });

  test.each(["jpeg", "png", "webp", "avif"] as const)("a cut %s is kept as damaged", async (format) => {
    const bytes = await photo().toFormat(format).toBuffer();
    const facts = await inspectMedia(bytes.subarray(0, Math.floor(bytes.length * 0.6)));
    expect(facts).toMatchObject({ mediaType: `image/${format}`, displayable: false, problem: { code: "damaged" } });
    expect(facts.width).toBeUndefined();
  });

  test("a JPEG of three bytes is kept as damaged", async () => {
    expect(await inspectMedia(Buffer.from([0xff, 0xd8, 0xff]))).toMatchObject({ problem: { code: "damaged" } });
  });

  test("a photo with more bytes after its end, as phones append them, can be shown", async () => {
    const bytes = Buffer.concat([await photo().jpeg().toBuffer(), Buffer.alloc(5000, 7)]);
    expect(await inspectMedia(bytes)).toMatchObject({ displayable: true });
  });

  test("a HEIC photo is kept as one that cannot be shown", async () => {
    const head = Buffer.from("0000001866747970686569630000000068656963", "hex");
    expect(await inspectMedia(Buffer.concat([head, Buffer.alloc(500)]))).toMatchObject({
      mediaType: "image/heic",
      displayable: false,
      problem: { code: "format_not_shown", message: expect.stringContaining("image/heic") },
    });
  });

  test("a GIF and a TIFF are known and not decoded", async () => {
    for (const format of ["gif", "tiff"] as const) {
      expect(await inspectMedia(await photo().toFormat(format).toBuffer())).toMatchObject({
        mediaType: `image/${format}`,
        problem: { code: "format_not_shown" },
      });
    }
  });
});

describe("pictures too large to decode", () => {
  test("a photo of 100 megapixels can be shown", async () => {
    const bytes = await sharp({ create: { width: 11_600, height: 8_700, channels: 3, background: "#777" } })
      .jpeg()
      .toBuffer();
    expect(await inspectMedia(bytes)).toMatchObject({ width: 11_600, height: 8_700, displayable: true });
  });

  test("a progressive JPEG of 100 megapixels, which would be held in memory whole, is kept as too large", async () => {
    const bytes = setJpegSize(await photo().jpeg({ progressive: true }).toBuffer(), 11_600, 8_700);
    expect(await inspectMedia(bytes)).toMatchObject({ displayable: false, problem: { code: "too_many_pixels" } });
  });

  test("an interlaced PNG of 100 megapixels is kept as too large", async () => {
    const bytes = setPngSize(await photo().png({ progressive: true }).toBuffer(), 11_600, 8_700);
    expect(await inspectMedia(bytes)).toMatchObject({ displayable: false, problem: { code: "too_many_pixels" } });
  });

  test("a PNG that claims 3,600 megapixels in 200 kB is kept as too large", async () => {
    const bytes = setPngSize(await photo().png().toBuffer(), 60_000, 60_000);
    expect(await inspectMedia(bytes)).toMatchObject({ displayable: false, problem: { code: "too_many_pixels" } });
  });
});

describe("other files", () => {
  const cases: [string, Buffer, object][] = [
    ["an empty file", Buffer.alloc(0), { size: 0, problem: { code: "empty_file" } }],
    ["noise", Buffer.from("00ff13f7a80b", "hex"), { problem: { code: "unknown_format" } }],
    ["an SVG", svg(""), { mediaType: "image/svg+xml", problem: { code: "active_content" } }],
    ["an SVG with a prologue", svg("<?xml version='1.0'?><!-- a -->"), { mediaType: "image/svg+xml" }],
    ["an SVG after a byte order mark", svg("\uFEFF  "), { mediaType: "image/svg+xml" }],
    ["a page", Buffer.from("<!doctype html><p>Hi"), { mediaType: "text/html", problem: { code: "active_content" } }],
    ["a text", Buffer.from("Příliš žluťoučký kůň\n"), { mediaType: "text/plain" }],
    ["a PDF", Buffer.from("%PDF-1.7\n"), { mediaType: "application/pdf" }],
    ["a PDF after junk", Buffer.from("\r\njunk\n%PDF-1.4\n"), { mediaType: "application/pdf" }],
    ["an MP4", ftyp("isom"), { mediaType: "video/mp4" }],
    ["a WebM", ebml("webm"), { mediaType: "video/webm" }],
    ["a Matroska file", ebml("matroska"), { mediaType: "video/matroska" }],
  ];
  test.each(cases)("%s is known by its content", async (_name, bytes, expected) => {
    const facts = await inspectMedia(bytes);
    expect(facts).toMatchObject({ displayable: false, size: bytes.length, ...expected });
    if (!("problem" in expected) && facts.mediaType !== "image/svg+xml") expect(facts.problem).toBeUndefined();
  });

  test("a PDF bomb is only recognised: nothing of it is unpacked", async () => {
    const path = join(folder, "bomb.pdf");
    await writeFile(path, Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(20_000_000, "[")]));
    const facts = await inspectMedia(path);
    expect(facts).toEqual({ mediaType: "application/pdf", size: 20_000_009, displayable: false });
  });

  test("a text whose 65,536th byte lies within a character is still a text", async () => {
    const bytes = Buffer.from(`a${"č".repeat(40_000)}`);
    expect(await inspectMedia(bytes)).toMatchObject({ mediaType: "text/plain" });
  });

  test("markup built to make a search go back and forth is answered at once", async () => {
    const started = performance.now();
    await inspectMedia(Buffer.from(`<!-- -->${"<!-- -->".repeat(8000)}`));
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test("a file that is not there is an error of reading, not a fact about the file", async () => {
    await expect(inspectMedia(join(folder, "none"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

function svg(before: string): Buffer {
  return Buffer.from(`${before}<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`);
}

function ftyp(brand: string): Buffer {
  return Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(`ftyp${brand}\0\0\0\0${brand}mp41`, "latin1")]);
}

function ebml(docType: string): Buffer {
  const type = Buffer.concat([Buffer.from([0x42, 0x82, 0x80 | docType.length]), Buffer.from(docType)]);
  return Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x80 | type.length]), type, Buffer.alloc(32)]);
}

/** Changes the size that a JPEG's frame header (SOF0 to SOF2) claims. */
function setJpegSize(jpeg: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  let offset = 2;
  while ((copy[offset + 1] ?? 0) < 0xc0 || (copy[offset + 1] ?? 0) > 0xc2) offset += 2 + copy.readUInt16BE(offset + 2);
  copy.writeUInt16BE(height, offset + 5);
  copy.writeUInt16BE(width, offset + 7);
  return copy;
}

function setPngSize(png: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(png);
  copy.writeUInt32BE(width, 16);
  copy.writeUInt32BE(height, 20);
  copy.writeUInt32BE(crc32(copy.subarray(12, 29)), 29);
  return copy;
}
