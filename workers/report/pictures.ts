import { readFile } from "node:fs/promises";
import type { ImageSource } from "@nexbasira/core/images/detect-media-type.ts";
import { flattenAnnotation } from "@nexbasira/core/images/flatten-annotation.ts";
import { ImageProblem } from "@nexbasira/core/images/image-problem.ts";
import { type Derivative, scaleToJpeg } from "@nexbasira/core/images/make-derivatives.ts";
import { withImage } from "@nexbasira/core/images/open-image.ts";
import { renderSvg } from "@nexbasira/core/images/render-svg.ts";
import { embedJpeg, embedPng } from "./embed-image.ts";
import type { EmbeddedPicture, Report } from "./report.ts";
import type { FileKey, ReportItem } from "./report-model.ts";

/** All pictures together; text, fonts and structure of the largest reports take the rest of 60 MB. */
const PICTURE_BYTES = 52_000_000;

/** No picture needs more: at 2048 pixels over the page's width it is about 290 dots an inch. */
const MOST_PER_PICTURE = 900_000;

/** Half of what a 12-megapixel photo has across, and a little less: the decoder then halves it at little cost. */
const BEST = { side: 2000, quality: 80 };

/** Under a tight budget pixels go before quality: a crack stays visible, and a page shows 1200 pixels well. */
const TIGHT_QUALITY = 68;

/** A JPEG of that quality takes about this part of what the best takes (measured on noisy photos: 0.62). */
const TIGHT_RATIO = 0.66;

const LEAST_SIDE = 480;

const DRAWING_SIDE = 2000;

/** What one of this many pictures may take, in bytes. */
export function budgetFor(pictures: number): number {
  return Math.min(MOST_PER_PICTURE, Math.floor(PICTURE_BYTES / Math.max(1, pictures)));
}

export type Shown = { picture: EmbeddedPicture } | { reason: string };

/**
 * Embeds a photo, scaled to what the page shows. One that cannot be shown gives the reason, in the report's language.
 * `isPreview`: it is one of our own making.
 */
export async function embedPhoto(report: Report, key: FileKey, isPreview = false): Promise<Shown> {
  const kept = report.embedded.get(key);
  if (kept !== undefined) return { picture: kept };
  return embedOrExplain(report, key, async () => {
    const source = await report.files.openPicture(key);
    if (source === undefined) return undefined;
    const whole = isPreview ? await readPreview(source) : undefined;
    return embedJpeg(report.pdf, await fitToBudget(whole ?? (await scaleToBest(source)), report.pictureBudget));
  });
}

/** Embeds an annotation as it lies over its photo. The photo's file is not changed. */
export async function embedAnnotation(report: Report, picture: FileKey, drawing: FileKey): Promise<Shown> {
  return embedOrExplain(report, `${picture} ${drawing}`, async () => {
    const [source, svg] = [await report.files.openPicture(picture), await report.files.openDrawing(drawing)];
    if (source === undefined || svg === undefined) return undefined;
    const flat = await flattenAnnotation(source, svg, 2048);
    const fits = flat.bytes.length <= report.pictureBudget;
    return embedJpeg(report.pdf, fits ? flat : await fitToBudget(await scaleToBest(flat.bytes), report.pictureBudget));
  });
}

/** Embeds a drawing on white, `aspectRatio` being its width divided by its height. */
export async function embedDrawing(report: Report, key: FileKey, aspectRatio: number): Promise<Shown> {
  return embedOrExplain(report, key, async () => {
    const svg = await report.files.openDrawing(key);
    if (svg === undefined) return undefined;
    const width = Math.max(1, Math.round(DRAWING_SIDE * Math.min(1, aspectRatio)));
    const height = Math.max(1, Math.round(DRAWING_SIDE * Math.min(1, 1 / aspectRatio)));
    return embedPng(report.pdf, await renderSvg(svg, width, height));
  });
}

async function embedOrExplain(
  report: Report,
  key: string,
  embed: () => Promise<EmbeddedPicture | undefined>,
): Promise<Shown> {
  try {
    const picture = await embed();
    if (picture === undefined) return { reason: report.texts.problems.gone };
    report.embedded.set(key, picture);
    return { picture };
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error;
    return { reason: report.texts.problems[error.code] };
  }
}

/** Why an item is kept but not shown, in the report's language where the reason is known to it. */
export function explainProblem(report: Report, item: Pick<ReportItem, "problem">): string | undefined {
  if (item.problem === null) return undefined;
  const known: Record<string, string> = report.texts.problems;
  return known[item.problem.code] ?? item.problem.message;
}

/**
 * A preview as it is: upright, in sRGB, without metadata, and small enough for a page, so it need not lose a second time.
 * One that is cut off or something else is left to the decoder, which finds out what is wrong with it.
 */
async function readPreview(source: ImageSource): Promise<Derivative | undefined> {
  const bytes = typeof source === "string" ? await readFile(source) : source;
  const isWhole = bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
  return withImage(bytes, async ({ width, height, metadata }) => {
    const isPlain = metadata.format === "jpeg" && metadata.channels === 3;
    return isWhole && isPlain ? { bytes, mediaType: "image/jpeg", width, height } : undefined;
  });
}

function scaleToBest(source: ImageSource): Promise<Derivative> {
  return scaleToJpeg(source, BEST.side, BEST.quality);
}

/** Scales a picture down until it keeps to the budget; the least size is taken whatever it takes. */
async function fitToBudget(best: Derivative, budget: number): Promise<Derivative> {
  let fitted = best;
  let side = Math.max(best.width, best.height);
  let bytes = best.bytes.length * TIGHT_RATIO;
  while (fitted.bytes.length > budget && side > LEAST_SIDE) {
    // Bytes go with the area; a little less than the estimate, since finer detail per pixel takes more.
    side = Math.max(LEAST_SIDE, Math.floor(side * Math.min(0.9, Math.sqrt(budget / bytes) * 0.96)));
    fitted = await scaleToJpeg(best.bytes, side, TIGHT_QUALITY);
    bytes = fitted.bytes.length;
  }
  return fitted;
}
