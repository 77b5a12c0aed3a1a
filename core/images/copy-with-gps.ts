import { readFile } from "node:fs/promises";
import sharp, { type Exif } from "sharp";
import type { ImageSource } from "./detect-media-type.ts";
import { ImageProblem } from "./image-problem.ts";
import { replaceJpegExif, setExifPixelSize } from "./jpeg-exif.ts";
import type { Derivative } from "./make-derivatives.ts";
import { type OpenImage, withImage } from "./open-image.ts";

/** Where and when a position was found (WGS 84). */
export interface GpsFix {
  /** Degrees, −90 to 90, north positive. */
  latitude: number;
  /** Degrees, −180 to 180, east positive. */
  longitude: number;
  /** Radius in metres, as the device gave it; `undefined` where it gave none. */
  accuracyMetres: number | undefined;
  /** When the fix was made, which may be before the picture was taken. */
  at: Date;
}

const REENCODED = { side: 4096, quality: 92 };

/**
 * Makes a copy of a photo that carries its position in EXIF (GPS IFD, EXIF 2.32, 4.6.6), beside all that its EXIF held.
 * The picture data of a JPEG is taken over bit for bit, with its orientation tag; other formats become a JPEG that fits
 * 4096 pixels. The original stays as it is; the caller keeps its hash beside the result.
 * @throws RangeError for a position that is none; ImageProblem where the photo cannot be shown.
 */
export async function copyWithGps(source: ImageSource, fix: GpsFix): Promise<Derivative> {
  const exif = { IFD3: gpsTags(fix) };
  return withImage(source, async (image) =>
    image.metadata.format === "jpeg" ? copyJpeg(source, image, exif) : reencode(image, exif),
  );
}

async function copyJpeg(source: ImageSource, image: OpenImage, exif: Exif): Promise<Derivative> {
  const { width, height } = image.metadata;
  const original = typeof source === "string" ? await readFile(source) : source;
  // The library writes EXIF only with a picture: a tiny one is made to take the merged block from.
  const carrier = await image.decode().keepExif().withExifMerge(exif).resize(8, 8, { fit: "fill" }).jpeg().toBuffer();
  const block = (await sharp(carrier).metadata()).exif;
  if (block === undefined) throw new ImageProblem("damaged", "The picture's EXIF block cannot be written.");
  const bytes = replaceJpegExif(original, setExifPixelSize(block, width, height));
  return { bytes, mediaType: "image/jpeg", width: image.width, height: image.height };
}

async function reencode(image: OpenImage, exif: Exif): Promise<Derivative> {
  const { side, quality } = REENCODED;
  const { data, info } = await image
    .decode()
    .autoOrient()
    .resize(side, side, { fit: "inside", withoutEnlargement: true })
    .flatten({ background: "#ffffff" })
    .toColourspace("srgb")
    .keepExif()
    .withExifMerge(exif)
    .jpeg({ quality })
    .toBuffer({ resolveWithObject: true });
  return { bytes: data, mediaType: "image/jpeg", width: info.width, height: info.height };
}

function gpsTags(fix: GpsFix): Record<string, string> {
  if (!(Math.abs(fix.latitude) <= 90 && Math.abs(fix.longitude) <= 180))
    throw new RangeError("not a position on earth");
  const time = fix.at.toISOString();
  return {
    GPSVersionID: "2 3 0 0",
    GPSLatitudeRef: fix.latitude < 0 ? "S" : "N",
    GPSLatitude: toDegreesMinutesSeconds(fix.latitude),
    GPSLongitudeRef: fix.longitude < 0 ? "W" : "E",
    GPSLongitude: toDegreesMinutesSeconds(fix.longitude),
    GPSDateStamp: time.slice(0, 10).replaceAll("-", ":"),
    GPSTimeStamp: `${Number(time.slice(11, 13))}/1 ${Number(time.slice(14, 16))}/1 ${Number(time.slice(17, 19))}/1`,
    GPSMapDatum: "WGS-84",
    ...(fix.accuracyMetres === undefined
      ? {}
      : { GPSHPositioningError: `${Math.round(fix.accuracyMetres * 100)}/100` }),
  };
}

/** EXIF's three rationals; the seconds in steps of 0.0001, which is 3 mm on the ground. */
function toDegreesMinutesSeconds(degrees: number): string {
  const units = Math.round(Math.abs(degrees) * 36_000_000);
  const seconds = units % 600_000;
  const minutes = Math.floor(units / 600_000) % 60;
  return `${Math.floor(units / 36_000_000)}/1 ${minutes}/1 ${seconds}/10000`;
}
