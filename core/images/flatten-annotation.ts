import type { ImageSource } from "./detect-media-type.ts";
import type { Derivative } from "./make-derivatives.ts";
import { withImage } from "./open-image.ts";
import { openSvg } from "./render-svg.ts";

const QUALITY = 85;

/**
 * Draws an annotation (an SVG of our own, its surface being the whole upright picture) over the picture it was made on,
 * as a JPEG or PNG that fits `side` pixels. The original stays as it is; the caller keeps its hash beside the result.
 * @throws ImageProblem where picture or drawing cannot be shown.
 */
export async function flattenAnnotation(
  original: ImageSource,
  svg: string,
  side: number,
  format: "jpeg" | "png" = "jpeg",
): Promise<Derivative> {
  return withImage(original, async (image) => {
    const scale = Math.min(1, side / Math.max(image.width, image.height));
    const width = Math.max(1, Math.round(image.width * scale));
    const height = Math.max(1, Math.round(image.height * scale));
    const drawing = await openSvg(svg, width, height).png().toBuffer();
    const flat = image
      .decode()
      .autoOrient()
      .resize(width, height, { fit: "fill" })
      .flatten({ background: "#ffffff" })
      .composite([{ input: drawing }])
      .toColourspace("srgb");
    const encoded = format === "png" ? flat.png() : flat.jpeg({ quality: QUALITY, chromaSubsampling: "4:4:4" });
    const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
    return { bytes: data, mediaType: `image/${format}`, width: info.width, height: info.height };
  });
}
