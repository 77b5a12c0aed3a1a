import { detectMediaType, type ImageSource } from "./detect-media-type.ts";
import { ImageProblem, type ImageProblemCode } from "./image-problem.ts";
import { withImage } from "./open-image.ts";

interface MediaFacts {
  /** By content; `application/octet-stream` where it is not known. */
  mediaType: string;
  /** In bytes. */
  size: number;
  /** In pixels, upright; only for pictures that can be shown. */
  width?: number;
  height?: number;
  /** Whether thumbnail, preview and the report's picture can be made from it. */
  displayable: boolean;
  /** Why the file is kept but cannot be shown, where one would expect it to be. */
  problem?: { code: ImageProblemCode; message: string };
}

/** Formats in which program code can travel: kept as documents, never shown within a page. */
const ACTIVE = new Set(["image/svg+xml", "text/html", "application/xml", "application/xhtml+xml"]);

/** The side of the picture that a check decodes to, in pixels: small, so that JPEG and WebP are scaled while decoded. */
const CHECK_SIDE = 64;

/**
 * Looks at what a file is, never at what it is called, and decodes pictures once from start to end under the limits of
 * `withImage`, so that a cut or damaged one is known as such. Nothing but pictures is parsed: a PDF is only recognised.
 * Never throws for what the file holds; only where it cannot be read.
 */
export async function inspectMedia(source: ImageSource): Promise<MediaFacts> {
  const { mediaType = "application/octet-stream", size } = await detectMediaType(source);
  const facts = { mediaType, size, displayable: false };
  if (ACTIVE.has(mediaType)) {
    const message = "The file may carry program code and is never shown in a page.";
    return { ...facts, problem: { code: "active_content", message } };
  }
  const isPicture = mediaType.startsWith("image/") || mediaType === "application/octet-stream";
  if (!isPicture) return facts;
  try {
    return await withImage(source, async (image) => {
      await image.decode().resize(CHECK_SIDE, CHECK_SIDE, { fit: "inside" }).raw().toBuffer();
      return { mediaType, size, width: image.width, height: image.height, displayable: true };
    });
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error;
    return { ...facts, problem: { code: error.code, message: error.message } };
  }
}
