import exifr from "exifr";
import sharp from "sharp";
import { expect, test } from "vitest";
import { deriveImages } from "./derive-images.ts";

const photo = () =>
  sharp({ create: { width: 640, height: 480, channels: 3, background: "#396" } })
    .jpeg()
    .toBuffer();
const fix = { latitude: 50.0875, longitude: 14.4214, accuracyMetres: 6, at: new Date("2026-05-23T09:00:00Z") };

test("a photo with a position gets a thumbnail, a preview and a copy that says where it was taken", async () => {
  const original = await photo();
  const images = await deriveImages(original, fix);
  expect(images.thumbnail.width).toBe(320);
  expect(images.preview.width).toBe(640);
  expect((await exifr.gps(Buffer.from(images.gpsCopy?.bytes ?? []))).latitude).toBeCloseTo(fix.latitude, 7);
  expect(await deriveImages(original, fix)).toEqual(images);
});

test("a photo without a position gets no such copy", async () => {
  expect(await deriveImages(await photo(), undefined)).not.toHaveProperty("gpsCopy");
});

test("a photo that cannot be decoded gets nothing, with the reason", async () => {
  await expect(deriveImages((await photo()).subarray(0, 700), fix)).rejects.toMatchObject({ code: "damaged" });
});
