import type { Page } from "puppeteer-core";
import sharp from "sharp";

/** 12 and 50 megapixels, as phones make them. */
const SIZES = [
  { width: 4000, height: 3000 },
  { width: 8160, height: 6120 },
];

/** Pictures with a grain, so that their files are as large as those of photos: about 4 and 15 MB. */
export function makePhotos(): Promise<Buffer[]> {
  return Promise.all(
    SIZES.map(({ width, height }) => {
      const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
      return sharp({
        create: { width: width / 4, height: height / 4, channels: 3, background: "#808080", noise },
        limitInputPixels: false,
      })
        .resize(width, height, { kernel: "cubic" })
        .jpeg({ quality: 90 })
        .toBuffer();
    }),
  );
}

/** The photo with a number in a comment (ITU-T T.81, B.2.4.5): the same picture, another file. */
export function numberPhoto(photo: Buffer, number: number): Buffer {
  const comment = Buffer.from([0xff, 0xfe, 0, 6, 0, 0, 0, 0]);
  comment.writeUInt32BE(number, 4);
  return Buffer.concat([photo.subarray(0, 2), comment, photo.subarray(2)]);
}

/** A page whose still camera gives the photo that was loaded last, with the number that is set. */
type CameraPage = typeof globalThis & { photoNumber: number; photo: Blob };

/** Makes the page's still camera give these bytes, numbered; a fake camera has no sensor. */
export async function loadPhoto(page: Page, photo: Buffer): Promise<void> {
  await page.evaluate((base64) => {
    const here = globalThis as CameraPage;
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    here.photo = new Blob([bytes]);
    ImageCapture.prototype.takePhoto = async () => {
      const comment = new Uint8Array([0xff, 0xfe, 0, 6, 0, 0, 0, 0]);
      new DataView(comment.buffer).setUint32(4, here.photoNumber);
      return new Blob([here.photo.slice(0, 2), comment, here.photo.slice(2)], { type: "image/jpeg" });
    };
  }, photo.toString("base64"));
}

export async function setPhotoNumber(page: Page, number: number): Promise<void> {
  await page.evaluate((next) => {
    (globalThis as CameraPage).photoNumber = next;
  }, number);
}
