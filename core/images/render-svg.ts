import "./use-own-fonts.ts";
import sharp, { type Sharp } from "sharp";
import { ImageProblem } from "./image-problem.ts";
import { decodeGate, isDecoderError } from "./open-image.ts";

/** A board of 5,000 dense strokes is about 6 MB of SVG. */
const MAX_SVG_BYTES = 32_000_000;

const RENDER_SECONDS = 20;

/** Opens a drawing of our own at a size in pixels. Only for use behind `decodeGate`. */
export function openSvg(svg: string, width: number, height: number): Sharp {
  const bytes = Buffer.from(svg);
  if (bytes.length > MAX_SVG_BYTES) throw new ImageProblem("too_many_pixels", "The drawing is too large to be shown.");
  // `unlimited` lifts the XML parser's 10 MB; it is safe because no SVG of a client ever comes here.
  return sharp(bytes, { unlimited: true }).timeout({ seconds: RENDER_SECONDS }).resize(width, height, { fit: "fill" });
}

/**
 * Draws an SVG of our own (from `core/shapes`) as a PNG of exactly `width` × `height` pixels on white.
 * Never for an SVG that came from a client.
 * @throws ImageProblem where it is no SVG or too large.
 */
export async function renderSvg(svg: string, width: number, height: number): Promise<Uint8Array> {
  return decodeGate(async () => {
    try {
      return await openSvg(svg, width, height)
        .flatten({ background: "#ffffff" })
        .png({ compressionLevel: 9 })
        .toBuffer();
    } catch (error) {
      if (!isDecoderError(error)) throw error;
      throw new ImageProblem("damaged", "The drawing cannot be shown.", { cause: error });
    }
  });
}
