import "../images/use-own-fonts.ts";
import { buffer } from "node:stream/consumers";
import sharp from "sharp";

/*
 * Draws the SVG on standard input, as `makeSvgSafe` wrote it, within WIDTH × HEIGHT pixels on white, as a PNG on standard
 * output. A process of its own, as no thread that draws can be stopped: a few strange curves keep it busy for minutes.
 */
const [width = 0, height = 0] = process.argv.slice(2).map(Number);
const svg = await buffer(process.stdin);
sharp.concurrency(1);
const natural = await sharp(svg).metadata();
// At this density its size is the one it is shown at, so that its lines stay sharp.
const density = 72 * Math.min(width / natural.width, height / natural.height);
const png = await sharp(svg, { density: Math.max(1, density) })
  .resize(width, height, { fit: "inside" })
  .flatten({ background: "#ffffff" })
  .toColourspace("srgb")
  .png({ compressionLevel: 9 })
  .toBuffer();
process.stdout.write(png);
