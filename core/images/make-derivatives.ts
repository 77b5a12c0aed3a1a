import type { ImageSource } from "./detect-media-type.ts";
import { withImage } from "./open-image.ts";

/** A picture made from an original; the caller keeps the original's hash beside it. */
export interface Derivative {
  bytes: Uint8Array;
  mediaType: "image/jpeg" | "image/png";
  /** In pixels. */
  width: number;
  height: number;
}

const THUMBNAIL = { side: 320, quality: 78 };
const PREVIEW = { side: 2048, quality: 82 };

/**
 * Makes what pages show instead of the original: a thumbnail that fits 320 pixels and a preview that fits 2048, upright,
 * in sRGB, on white where the original is transparent, without any metadata. Never larger than the original.
 * The same original gives the same bytes.
 * @throws ImageProblem where the original cannot be shown.
 */
export async function makeDerivatives(source: ImageSource): Promise<{ thumbnail: Derivative; preview: Derivative }> {
  const preview = await scaleToJpeg(source, PREVIEW.side, PREVIEW.quality);
  return { preview, thumbnail: await scaleToJpeg(preview.bytes, THUMBNAIL.side, THUMBNAIL.quality) };
}

/**
 * Makes a JPEG of the picture that fits `side` × `side` pixels, upright, in sRGB, flattened on white, without metadata.
 * @throws ImageProblem where the picture cannot be shown.
 */
export async function scaleToJpeg(source: ImageSource, side: number, quality: number): Promise<Derivative> {
  return withImage(source, async (image) => {
    const { data, info } = await image
      .decode()
      .autoOrient()
      .resize(side, side, { fit: "inside", withoutEnlargement: true })
      .flatten({ background: "#ffffff" })
      .toColourspace("srgb")
      .jpeg({ quality, chromaSubsampling: "4:2:0" })
      .toBuffer({ resolveWithObject: true });
    return { bytes: data, mediaType: "image/jpeg", width: info.width, height: info.height };
  });
}
