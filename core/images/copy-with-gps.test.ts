import exifr from "exifr";
import sharp from "sharp";
import { expect, test } from "vitest";
import { copyWithGps, type GpsFix } from "./copy-with-gps.ts";

const FIX: GpsFix = {
  latitude: -33.856_784,
  longitude: 151.215_297,
  accuracyMetres: 4.75,
  at: new Date("2026-05-23T09:04:05.678Z"),
};

const NOISE = { type: "gaussian", mean: 120, sigma: 30 } as const;
const photo = () => sharp({ create: { width: 640, height: 480, channels: 3, background: "#888", noise: NOISE } });

/** A photo as a phone stores it: turned, with camera data, and a position of its own that was another. */
const phonePhoto = () =>
  photo()
    .withExif({
      IFD0: { Make: "Acme", Model: "Phone 9" },
      IFD2: { DateTimeOriginal: "2026:05:23 11:04:05", ExposureTime: "1/50" },
      IFD3: { GPSLatitudeRef: "N", GPSLatitude: "1/1 2/1 3/1", GPSLongitudeRef: "E", GPSLongitude: "4/1 5/1 6/1" },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();

test("the copy of a JPEG carries position, accuracy and time of the fix beside all that its EXIF held", async () => {
  const copy = await copyWithGps(await phonePhoto(), FIX);
  const exif = await exifr.parse(Buffer.from(copy.bytes), { gps: true, exif: true, translateValues: false });
  expect(exif.latitude).toBeCloseTo(FIX.latitude, 7);
  expect(exif.longitude).toBeCloseTo(FIX.longitude, 7);
  expect(exif).toMatchObject({
    GPSLatitudeRef: "S",
    GPSLongitudeRef: "E",
    GPSHPositioningError: 4.75,
    GPSDateStamp: "2026:05:23",
    GPSTimeStamp: "9:4:5",
    GPSMapDatum: "WGS-84",
    Make: "Acme",
    Model: "Phone 9",
    ExposureTime: 0.02,
    Orientation: 6,
    ExifImageWidth: 640,
    ExifImageHeight: 480,
  });
  expect([copy.width, copy.height]).toEqual([480, 640]);
});

test("the picture data of a JPEG is taken over bit for bit, and the original is untouched", async () => {
  const original = await phonePhoto();
  const before = Buffer.from(original);
  const copy = await copyWithGps(original, FIX);
  expect(original).toEqual(before);
  const scan = (bytes: Uint8Array) =>
    Buffer.from(bytes).subarray(Buffer.from(bytes).indexOf(Buffer.from([0xff, 0xdb])));
  expect(scan(copy.bytes)).toEqual(scan(original));
});

test("a JPEG without EXIF, as a browser's canvas makes it, gets a block after its JFIF header", async () => {
  const plain = await photo().jpeg().toBuffer();
  const jfif = Buffer.from("ffe000104a46494600010100000100010000", "hex");
  const original = Buffer.concat([plain.subarray(0, 2), jfif, plain.subarray(2)]);
  const copy = Buffer.from((await copyWithGps(original, FIX)).bytes);
  expect(copy.subarray(0, 20)).toEqual(original.subarray(0, 20));
  expect(copy.subarray(20, 22).toString("hex")).toBe("ffe1");
  expect((await exifr.gps(copy)).latitude).toBeCloseTo(FIX.latitude, 7);
  expect((await sharp(copy).raw().toBuffer()).equals(await sharp(original).raw().toBuffer())).toBe(true);
});

test("a PNG becomes a JPEG with the position", async () => {
  const copy = await copyWithGps(await photo().png().toBuffer(), { ...FIX, accuracyMetres: undefined });
  const exif = await exifr.parse(Buffer.from(copy.bytes), { gps: true });
  expect(exif.longitude).toBeCloseTo(FIX.longitude, 7);
  expect(exif.GPSHPositioningError).toBeUndefined();
  expect((await sharp(copy.bytes).metadata()).format).toBe("jpeg");
});

test.each([
  [0, 0],
  [90, -180],
  [-0.000_000_1, 59.999_999_99],
  [48.999_999_999, -14.5],
])("latitude %d and longitude %d are read back within a centimetre", async (latitude, longitude) => {
  const copy = await copyWithGps(await photo().jpeg().toBuffer(), { ...FIX, latitude, longitude });
  const read = await exifr.gps(Buffer.from(copy.bytes));
  expect(Math.abs(read.latitude - latitude)).toBeLessThan(1e-7);
  expect(Math.abs(read.longitude - longitude)).toBeLessThan(1e-7);
});

test("a position that is none is refused", async () => {
  const original = await photo().jpeg().toBuffer();
  for (const latitude of [91, Number.NaN, Number.POSITIVE_INFINITY])
    await expect(copyWithGps(original, { ...FIX, latitude })).rejects.toThrow(RangeError);
});

test("a photo that cannot be decoded gets no copy", async () => {
  const original = await phonePhoto();
  await expect(copyWithGps(original.subarray(0, 3000), FIX)).rejects.toMatchObject({ code: "damaged" });
});
