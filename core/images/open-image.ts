import sharp, { type Metadata, type Sharp } from "sharp";
import { detectMediaType, type ImageSource } from "./detect-media-type.ts";
import { ImageProblem } from "./image-problem.ts";
import { limitConcurrency } from "./limit-concurrency.ts";

/**
 * Phones make photos of up to 200 megapixels. Formats that are decoded line by line, or scaled while they are decoded,
 * take 60 to 110 MB for one of 100 megapixels (measured: JPEG 55, PNG 86, WebP 66, a PNG of 196 megapixels 104).
 */
const MAX_PIXELS = 210_000_000;

/**
 * Other files must be held in memory whole: progressive JPEG, interlaced PNG, a PNG to be turned, AVIF. One of
 * 100 megapixels took 360 MB, so these are limited by what they would take (32 megapixels for a progressive JPEG), and go one at a time. The worst pictures
 * within all limits, two at once, left a process at 330 MB.
 */
const MAX_WHOLE_FRAME_BYTES = 96_000_000;

/** After this the decoder is stopped. The slowest file within the limits took 1.5 s on the reference machine. */
const DECODE_SECONDS = 20;

/** What is decoded. Everything else is kept and never given to a decoder. */
const DECODED = new Set(["image/jpeg", "image/png", "image/webp", "image/avif"]);

/** Pictures that are known but not decoded: no decoder in the prebuilt library, or rarely needed and often attacked. */
const NOT_DECODED = /^image\//;

// The cache holds decoded pictures between calls and only costs memory here, since no picture is opened twice in a row.
sharp.cache(false);
// One thread a picture: the gate below decides how many go at once.
sharp.concurrency(1);
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: [
    "VipsForeignLoadJpeg",
    "VipsForeignLoadPng",
    "VipsForeignLoadWebp",
    "VipsForeignLoadHeif",
    "VipsForeignLoadSvg",
  ],
});

/** Every use of the decoder in the process goes through this gate: two at once, so that memory stays bounded. */
export const decodeGate = limitConcurrency(2);

const wholeFrameGate = limitConcurrency(1);

export interface OpenImage {
  /** In pixels, as a person sees it: after the EXIF orientation is applied. */
  width: number;
  height: number;
  metadata: Metadata;
  /** A new pipeline on the file: first frame, limits set, not yet turned upright (call `autoOrient()`). */
  decode: () => Sharp;
}

/**
 * Opens a picture under the limits of pixels, memory and time and gives it to `use`. The one way to a decoder.
 * @throws ImageProblem where the file is no picture that can be shown, also when it turns out so within `use`.
 */
export async function withImage<T>(source: ImageSource, use: (image: OpenImage) => Promise<T>): Promise<T> {
  const { mediaType, size } = await detectMediaType(source);
  refuseUnshowable(mediaType, size);
  return decodeGate(async () => {
    try {
      const metadata = await sharp(source, { limitInputPixels: MAX_PIXELS, failOn: "error" }).metadata();
      const wholeFrameBytes = metadata.width * metadata.height * wholeFrameBytesPerPixel(metadata);
      if (wholeFrameBytes > MAX_WHOLE_FRAME_BYTES) throw tooManyPixels();
      const image: OpenImage = {
        width: metadata.autoOrient.width,
        height: metadata.autoOrient.height,
        metadata,
        decode: () =>
          sharp(source, { limitInputPixels: MAX_PIXELS, failOn: "error" }).timeout({ seconds: DECODE_SECONDS }),
      };
      return wholeFrameBytes > 0 ? await wholeFrameGate(() => use(image)) : await use(image);
    } catch (error) {
      throw toProblem(error);
    }
  });
}

function refuseUnshowable(mediaType: string | undefined, size: number): void {
  if (size === 0) throw new ImageProblem("empty_file", "The file is empty.");
  if (mediaType === undefined) throw new ImageProblem("unknown_format", "The file's format is not known.");
  if (DECODED.has(mediaType)) return;
  if (mediaType === "image/svg+xml")
    throw new ImageProblem("active_content", "The file may carry program code and is never shown in a page.");
  if (NOT_DECODED.test(mediaType))
    throw new ImageProblem("format_not_shown", `Pictures of the type ${mediaType} are kept but cannot be shown.`);
  throw new ImageProblem("format_not_shown", "The file is not a picture.");
}

/** Bytes of memory for each pixel that the decoder must hold at once; 0 where it goes line by line. */
function wholeFrameBytesPerPixel(metadata: Metadata): number {
  const bytesPerSample = metadata.depth === "uchar" ? 1 : 2;
  if (metadata.format === "jpeg") {
    // The coefficients are 16 bits wide; subsampled chroma halves them. A CMYK picture has four components.
    if (!metadata.isProgressive) return 0;
    return metadata.chromaSubsampling === "4:2:0" ? 3 : 2 * metadata.channels;
  }
  if (metadata.format === "png") {
    const turned = (metadata.orientation ?? 1) > 1;
    return metadata.isProgressive || turned ? metadata.channels * bytesPerSample : 0;
  }
  // libwebp scales while it decodes; libheif holds its planes and the converted picture.
  return metadata.format === "webp" ? 0 : 2 * 4 * bytesPerSample;
}

function tooManyPixels(cause?: unknown): ImageProblem {
  return new ImageProblem("too_many_pixels", "The picture has more pixels than can be shown safely.", { cause });
}

/** Errors of the decoder as what they say about the picture; others go on as they are. */
function toProblem(error: unknown): unknown {
  if (!isDecoderError(error)) return error;
  if (/exceeds pixel limit/i.test(error.message)) return tooManyPixels(error);
  if (/^timeout:/i.test(error.message))
    return new ImageProblem("too_slow", "Decoding the picture takes too long.", { cause: error });
  return new ImageProblem("damaged", "The picture is damaged or cut off and cannot be decoded.", { cause: error });
}

/** Whether an error is the decoder's word on its input: a bare `Error`, without a class or a code of its own. */
export function isDecoderError(error: unknown): error is Error {
  return error instanceof Error && Object.getPrototypeOf(error) === Error.prototype && !("code" in error);
}
