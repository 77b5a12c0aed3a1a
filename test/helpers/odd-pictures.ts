import sharp from "sharp";
import type { ReportFiles } from "../../workers/report/report-model.ts";
import { makeHeic } from "./make-heic.ts";

/** Pictures that a report has to take as they come, by what they are; `turned 5` has the EXIF orientation 5. */
export async function oddPictures(): Promise<Record<string, Uint8Array>> {
  const noise = { type: "gaussian", mean: 120, sigma: 25 } as const;
  const picture = () => sharp({ create: { width: 300, height: 200, channels: 3, background: "#888", noise } });
  const whole = await picture().jpeg().toBuffer();
  const frame = await picture().png().toBuffer();
  const flat = { width: 10_000, height: 10_000, channels: 3, background: "#88aacc" } as const;
  const turned = Array.from({ length: 8 }, async (_, index): Promise<[string, Buffer]> => {
    const orientation = index + 1;
    return [`turned ${orientation}`, await sharp(whole).withMetadata({ orientation }).jpeg().toBuffer()];
  });
  return {
    truncated: whole.subarray(0, whole.length / 2),
    "100 megapixels": await sharp({ create: flat }).jpeg().toBuffer(),
    animated: await sharp([frame, frame, frame], { join: { animated: true } })
      .webp()
      .toBuffer(),
    CMYK: await picture().toColourspace("cmyk").withIccProfile("cmyk").jpeg().toBuffer(),
    "16 bits": await picture().toColourspace("rgb16").png().toBuffer(),
    grey: await picture().greyscale().withIccProfile("p3", { attach: false }).jpeg().toBuffer(),
    "Display P3": await picture().withIccProfile("p3").jpeg().toBuffer(),
    transparent: await picture().ensureAlpha(0.3).png({ palette: true }).toBuffer(),
    HEIC: await makeHeic(320, 240),
    ...Object.fromEntries(await Promise.all(turned)),
  };
}

/** Files of a report that are these. */
export function filesOf(pictures: Record<string, Uint8Array>): ReportFiles {
  return { openPicture: async (key) => pictures[key], openDrawing: async () => undefined };
}
