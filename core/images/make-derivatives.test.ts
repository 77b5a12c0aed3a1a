import sharp from "sharp";
import { expect, test } from "vitest";
import { makeDerivatives, scaleToJpeg } from "./make-derivatives.ts";

/** Left half red, right half blue; transparent where asked. */
async function halves(width: number, height: number): Promise<Buffer> {
  const right = await sharp({ create: { width: width / 2, height, channels: 3, background: "#0000ff" } })
    .png()
    .toBuffer();
  return sharp({ create: { width, height, channels: 3, background: "#ff0000" } })
    .composite([{ input: right, left: width / 2, top: 0 }])
    .png()
    .toBuffer();
}

async function colourAt(picture: Uint8Array, left: number, top: number): Promise<number[]> {
  return [...(await sharp(picture).extract({ left, top, width: 1, height: 1 }).raw().toBuffer())];
}

test("thumbnail and preview fit 320 and 2048 pixels, carry no metadata and are the same each time", async () => {
  const original = await sharp(await halves(3000, 1500))
    .withExif({ IFD0: { Make: "Acme" } })
    .jpeg()
    .toBuffer();
  const { thumbnail, preview } = await makeDerivatives(original);
  expect([thumbnail.width, thumbnail.height]).toEqual([320, 160]);
  expect([preview.width, preview.height]).toEqual([2048, 1024]);
  expect((await sharp(preview.bytes).metadata()).exif).toBeUndefined();
  expect(await makeDerivatives(original)).toEqual({ thumbnail, preview });
});

test("a picture smaller than the thumbnail is not enlarged", async () => {
  const { thumbnail, preview } = await makeDerivatives(await halves(100, 60));
  expect([thumbnail.width, thumbnail.height, preview.width, preview.height]).toEqual([100, 60, 100, 60]);
});

test("a photo taken with the phone turned comes out upright", async () => {
  const turned = await sharp(await halves(400, 200))
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const { bytes, width, height } = await scaleToJpeg(turned, 200, 90);
  expect([width, height]).toEqual([100, 200]);
  const [top, bottom] = [await colourAt(bytes, 50, 20), await colourAt(bytes, 50, 180)];
  expect(top[0]).toBeGreaterThan(200);
  expect(bottom[2]).toBeGreaterThan(200);
});

test("what is transparent in the original is white in the derivative", async () => {
  const clear = await sharp({ create: { width: 50, height: 50, channels: 4, background: "#00000000" } })
    .png()
    .toBuffer();
  expect(await colourAt((await scaleToJpeg(clear, 50, 90)).bytes, 25, 25)).toEqual([255, 255, 255]);
});

test("a picture that cannot be shown is refused with its reason", async () => {
  await expect(makeDerivatives(Buffer.from("GIF89a\u0001\0"))).rejects.toMatchObject({
    name: "ImageProblem",
    code: "format_not_shown",
  });
});
