import { LogoMediaType } from "../contract/branding.ts";
import { detectMediaType } from "../images/detect-media-type.ts";
import { ImageProblem } from "../images/image-problem.ts";
import { withImage } from "../images/open-image.ts";
import { drawSvg } from "./draw-svg.ts";
import { LogoProblem } from "./logo-problem.ts";
import { makeSvgSafe } from "./make-svg-safe.ts";

export interface SafeLogo {
  mediaType: LogoMediaType;
  bytes: Uint8Array;
  /** For mails and documents: a PNG on white, within 720 × 192 pixels. */
  raster: Uint8Array;
}

const MAX_PIXELS = 16_777_216;
const MAX_SIDE = 1024;
const MAX_RATIO = 20;
const RASTER = { width: 720, height: 192 };

/**
 * A logo as it may be shown in pages, mails and documents. A PNG is decoded and written anew, within 1024 × 1024 pixels
 * and without anything but its picture; an SVG as `makeSvgSafe` writes it, after it could be drawn. What the file is
 * called plays no part. The same file gives the same bytes.
 * @throws LogoProblem where it is neither, or cannot be made safe.
 */
export async function makeLogoSafe(file: Uint8Array): Promise<SafeLogo> {
  const { mediaType } = await detectMediaType(file);
  switch (LogoMediaType.safeParse(mediaType).data) {
    case "image/png":
      return { mediaType: "image/png", ...(await copyPng(file)) };
    case "image/svg+xml": {
      const svg = makeSvgSafe(decodeUtf8(file));
      return { mediaType: "image/svg+xml", bytes: Buffer.from(svg), raster: await drawSvg(svg, RASTER) };
    }
    case undefined:
      throw new LogoProblem("The file is neither a PNG nor an SVG.");
  }
}

async function copyPng(file: Uint8Array): Promise<Pick<SafeLogo, "bytes" | "raster">> {
  try {
    return await withImage(file, async ({ width, height, decode }) => {
      if (width * height > MAX_PIXELS) throw new LogoProblem("The logo has more than 16 megapixels.");
      if (Math.max(width / height, height / width) > MAX_RATIO) throw new LogoProblem("The logo is too long and thin.");
      const within = (box: { width: number; height: number }) =>
        decode()
          .autoOrient()
          .resize(box.width, box.height, { fit: "inside", withoutEnlargement: true })
          .toColourspace("srgb")
          .png({ compressionLevel: 9 });
      return {
        bytes: await within({ width: MAX_SIDE, height: MAX_SIDE }).toBuffer(),
        raster: await within(RASTER).flatten({ background: "#ffffff" }).toBuffer(),
      };
    });
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error;
    throw new LogoProblem(error.message, { cause: error });
  }
}

function decodeUtf8(file: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new LogoProblem("The SVG is not in UTF-8.", { cause: error });
  }
}
