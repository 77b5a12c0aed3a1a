import { copyWithGps, type GpsFix } from "@nexbasira/core/images/copy-with-gps.ts";
import type { ImageSource } from "@nexbasira/core/images/detect-media-type.ts";
import { type Derivative, makeDerivatives } from "@nexbasira/core/images/make-derivatives.ts";

interface ItemImages {
  thumbnail: Derivative;
  preview: Derivative;
  /** The photo with its position in EXIF; only where a position is known. */
  gpsCopy?: Derivative;
}

/**
 * Makes all that is derived from the picture of an item. The same original and position give the same bytes.
 * @throws ImageProblem where the original cannot be shown; a thumbnail of it will then never exist.
 */
export async function deriveImages(source: ImageSource, fix: GpsFix | undefined): Promise<ItemImages> {
  const images = await makeDerivatives(source);
  return fix === undefined ? images : { ...images, gpsCopy: await copyWithGps(source, fix) };
}
