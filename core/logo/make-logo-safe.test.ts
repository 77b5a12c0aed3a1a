import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { expect, test } from "vitest";
import { makeLogoSafe } from "./make-logo-safe.ts";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="20" height="10" fill="#f00"/></svg>';

const picture = (width: number, height: number, background = "#0066cc80") =>
  sharp({ create: { width, height, channels: 4, background } });

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function header(width: number, height: number, [depth, colour, interlaced] = [8, 0, 0]): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth ?? 8, colour ?? 0, 0, 0, interlaced ?? 0], 8);
  return chunk("IHDR", data);
}

const png = (...chunks: Buffer[]) => Buffer.concat([SIGNATURE, ...chunks, chunk("IEND", Buffer.alloc(0))]);
/** Grey rows of nothing: a few kilobytes whatever the size. */
const rows = (width: number, height: number) => chunk("IDAT", deflateSync(Buffer.alloc((width + 1) * height)));
/** Puts a chunk before the picture's data. */
const withChunk = (file: Buffer, added: Buffer) => Buffer.concat([file.subarray(0, 33), added, file.subarray(33)]);

test("a PNG comes out as its picture alone: no text, no position, no colour profile, nothing behind its end", async () => {
  const original = await picture(300, 60)
    .withExif({ IFD3: { GPSLatitudeRef: "N", GPSLatitude: "1/1 2/1 3/1" } })
    .withIccProfile("p3")
    .png()
    .toBuffer();
  const told = withChunk(original, chunk("tEXt", Buffer.from("Comment\0secret", "latin1")));
  const { bytes, mediaType } = await makeLogoSafe(Buffer.concat([told, Buffer.from("<script>alert(1)</script>")]));
  expect(mediaType).toBe("image/png");
  const metadata = await sharp(bytes).metadata();
  expect(metadata).toMatchObject({ format: "png", width: 300, height: 60, hasAlpha: true });
  expect(metadata.exif).toBeUndefined();
  expect(metadata.icc).toBeUndefined();
  expect(Buffer.from(bytes).toString("latin1")).not.toMatch(/secret|script|tEXt|eXIf|iCCP/);
});

test("a large PNG is kept within 1024 pixels, and its raster within 720 × 192 on white", async () => {
  const { bytes, raster } = await makeLogoSafe(await picture(4000, 2000, "#00000000").png().toBuffer());
  expect(await sharp(bytes).metadata()).toMatchObject({ width: 1024, height: 512 });
  expect(await sharp(raster).metadata()).toMatchObject({ width: 384, height: 192, hasAlpha: false, channels: 3 });
  expect((await sharp(raster).stats()).channels.map(({ min }) => min)).toEqual([255, 255, 255]);
});

test("a small PNG is not enlarged, and the same file gives the same bytes", async () => {
  const file = await picture(30, 20).png().toBuffer();
  const [one, other] = [await makeLogoSafe(file), await makeLogoSafe(file)];
  expect(await sharp(one.raster).metadata()).toMatchObject({ width: 30, height: 20 });
  expect(one).toEqual(other);
});

test("an SVG is drawn for mails and documents, its lines as sharp as the size it is drawn at", async () => {
  const { bytes, mediaType, raster } = await makeLogoSafe(Buffer.from(SVG));
  expect(mediaType).toBe("image/svg+xml");
  expect(Buffer.from(bytes).toString()).toContain('<rect width="20" height="10" fill="#f00"/>');
  const { data, info } = await sharp(raster).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 720, height: 180, channels: 3 });
  const pixel = (x: number) => [...data.subarray((90 * 720 + x) * 3, (90 * 720 + x) * 3 + 3)];
  expect([pixel(355), pixel(365)]).toEqual([
    [255, 0, 0],
    [255, 255, 255],
  ]);
});

test("a PNG whose animation is hidden behind its picture comes out as one picture", async () => {
  const still = await picture(20, 20).png().toBuffer();
  const animation = Buffer.concat([still.subarray(0, -12), chunk("acTL", Buffer.alloc(8, 1)), still.subarray(-12)]);
  const { bytes } = await makeLogoSafe(animation);
  expect(Buffer.from(bytes).includes("acTL")).toBe(false);
});

const HOSTILE: [what: string, file: () => Buffer | Promise<Buffer>][] = [
  ["a bomb of 40,000 × 40,000 pixels", () => png(header(40_000, 40_000), rows(1000, 1000))],
  ["a bomb of 2³¹ pixels a side", () => png(header(0x7fffffff, 0x7fffffff), rows(1, 1))],
  ["a bomb of 17 megapixels that is whole", () => png(header(4200, 4200), rows(4200, 4200))],
  ["an interlaced bomb", () => png(header(12_000, 12_000, [8, 6, 1]), rows(1000, 1000))],
  ["a bomb of text", () => png(header(20_000, 20_000), chunk("zTXt", deflateSync(Buffer.alloc(50_000_000))))],
  ["an animation", async () => withChunk(await picture(20, 20).png().toBuffer(), chunk("acTL", Buffer.alloc(8, 1)))],
  ["a PNG of iOS", () => png(chunk("CgBI", Buffer.from("50002002", "hex")), header(20, 20, [8, 6, 0]), rows(80, 20))],
  ["a PNG that is cut off", async () => (await noise().png().toBuffer()).subarray(0, 3000)],
  ["a PNG cut off within its header", async () => (await picture(20, 20).png().toBuffer()).subarray(0, 20)],
  ["a PNG with wrong check sums", async () => spoil(await noise().png().toBuffer())],
  ["a PNG without a picture", () => png(header(20, 20))],
  ["a PNG of no size", () => png(header(0, 0), rows(1, 1))],
  ["a signature alone", () => SIGNATURE],
  ["a line for a picture", () => picture(2000, 20).png().toBuffer()],
  ["a JPEG", () => picture(20, 20).jpeg().toBuffer()],
  ["a WebP", () => picture(20, 20).webp().toBuffer()],
  ["a GIF", () => picture(20, 20).gif().toBuffer()],
  ["a page", () => Buffer.from("<!doctype html><script>alert(1)</script>")],
  ["a page with a drawing in it", () => Buffer.from(`<html><body>${SVG}</body></html>`)],
  ["a compressed SVG", () => deflateSync(Buffer.from(SVG))],
  ["an SVG in UTF-16", () => Buffer.from(`\ufeff${SVG}`, "utf16le")],
  ["an SVG in Latin-1", () => Buffer.from(SVG.replace("#f00", "é"), "latin1")],
  ["an SVG that keeps its drawer busy", () => Buffer.from(busy())],
  ["nothing", () => Buffer.alloc(0)],
];

const noise = () =>
  sharp({
    create: { width: 200, height: 200, channels: 3, background: "#888", noise: { type: "gaussian", sigma: 50 } },
  });

function spoil(file: Buffer): Buffer {
  file.fill(0xaa, 5000, 5200);
  return file;
}

/** Curves far outside of the picture: cairo takes minutes for them. */
function busy(): string {
  const path = `M0 0${"C999999 9-99999 77 8 99999".repeat(25_000)}`;
  const stroke = 'fill="none" stroke="#000" stroke-width="5" stroke-linejoin="round" stroke-linecap="round"';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><path ${stroke} d="${path}z"/></svg>`;
}

test.each(HOSTILE)(
  "%s is refused",
  async (_, file) => {
    await expect(makeLogoSafe(await file())).rejects.toMatchObject({ name: "LogoProblem" });
  },
  15_000,
);
