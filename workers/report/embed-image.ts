import type { Derivative } from "@nexbasira/core/images/make-derivatives.ts";
import { type PDFDocument, PDFRawStream } from "pdf-lib";
import type { EmbeddedPicture } from "./report.ts";

/** Embeds a JPEG in sRGB as it is: PDF decodes the format itself (ISO 32000-1, 7.4.8). */
export function embedJpeg(pdf: PDFDocument, jpeg: Derivative): EmbeddedPicture {
  const dict = pdf.context.obj({
    Type: "XObject",
    Subtype: "Image",
    Width: jpeg.width,
    Height: jpeg.height,
    ColorSpace: "DeviceRGB",
    BitsPerComponent: 8,
    Filter: "DCTDecode",
    Length: jpeg.bytes.length,
  });
  const ref = pdf.context.register(PDFRawStream.of(dict, jpeg.bytes));
  return { ref, width: jpeg.width, height: jpeg.height };
}

/** PNG's colour types without alpha and palette, and their channels (RFC 2083, 4.1.1). */
const CHANNELS: Record<number, number> = { 0: 1, 2: 3 };

/**
 * Embeds a PNG of our own making (8 bits, no alpha, no palette, not interlaced). Its compressed data goes over as it is:
 * PDF knows PNG's compression and its prediction of rows (ISO 32000-1, 7.4.4.4).
 * @throws Error for any other PNG.
 */
export function embedPng(pdf: PDFDocument, png: Uint8Array): EmbeddedPicture {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const channels = CHANNELS[bytes.readUInt8(25)];
  if (bytes.readUInt8(24) !== 8 || bytes.readUInt8(28) !== 0 || channels === undefined)
    throw new Error("a PNG that cannot be embedded as it is");
  const data: Buffer[] = [];
  for (let offset = 8; offset + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(offset);
    if (bytes.toString("latin1", offset + 4, offset + 8) === "IDAT") {
      data.push(bytes.subarray(offset + 8, offset + 8 + length));
    }
    offset += length + 12;
  }
  const contents = Buffer.concat(data);
  const dict = pdf.context.obj({
    Type: "XObject",
    Subtype: "Image",
    Width: width,
    Height: height,
    ColorSpace: channels === 1 ? "DeviceGray" : "DeviceRGB",
    BitsPerComponent: 8,
    Filter: "FlateDecode",
    DecodeParms: { Predictor: 15, Colors: channels, BitsPerComponent: 8, Columns: width },
    Length: contents.length,
  });
  return { ref: pdf.context.register(PDFRawStream.of(dict, contents)), width, height };
}
