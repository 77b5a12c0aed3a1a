import sharp from "sharp";
import { expect, test } from "vitest";
import { flattenAnnotation } from "./flatten-annotation.ts";
import { renderSvg } from "./render-svg.ts";

const green = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#00ff00" } });

/** A red square over the right upper quarter of its surface. */
const CORNER = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" preserveAspectRatio="none"><rect x="0.5" width="0.5" height="0.5" fill="#f00"/></svg>`;

async function colourAt(picture: Uint8Array, left: number, top: number): Promise<(number | undefined)[]> {
  const { data } = await sharp(picture)
    .extract({ left, top, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [data[0], data[1], data[2]].map((value) => Math.round((value ?? 0) / 64) * 64);
}

test("the drawing lies over the whole upright picture, also of a photo that is stored turned", async () => {
  const original = await green(800, 400).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const flat = await flattenAnnotation(original, CORNER, 400);
  expect([flat.width, flat.height]).toEqual([200, 400]);
  expect(await colourAt(flat.bytes, 150, 100)).toEqual([256, 0, 0]);
  expect(await colourAt(flat.bytes, 50, 100)).toEqual([0, 256, 0]);
  expect(await colourAt(flat.bytes, 150, 300)).toEqual([0, 256, 0]);
});

test("a drawing that is no SVG is refused, and so is a picture that is none", async () => {
  const original = await green(20, 20).png().toBuffer();
  await expect(flattenAnnotation(original, "<svg", 20)).rejects.toMatchObject({ code: "damaged" });
  await expect(flattenAnnotation(Buffer.alloc(0), CORNER, 20)).rejects.toMatchObject({ code: "empty_file" });
});

test("a drawing becomes a PNG of the size asked for, on white", async () => {
  const png = await renderSvg(CORNER, 300, 200);
  expect(await sharp(png).metadata()).toMatchObject({ width: 300, height: 200, format: "png" });
  expect(await colourAt(png, 10, 10)).toEqual([256, 256, 256]);
  expect(await colourAt(png, 290, 10)).toEqual([256, 0, 0]);
  await expect(renderSvg("no drawing", 10, 10)).rejects.toMatchObject({ code: "damaged" });
});

test("text in a drawing is set in the fonts that come with the program", async () => {
  const text = (family: string) =>
    renderSvg(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 60"><text x="5" y="45" font-size="40" font-family="${family}">Žluťoučký</text></svg>`,
      300,
      60,
    );
  const inter = await text("Inter");
  expect((await sharp(inter).stats()).channels[0]?.min).toBeLessThan(30);
  expect(await text("sans-serif")).toEqual(inter);
  expect(await text("'Inter Variable', Inter, Arial, sans-serif")).toEqual(inter);
  expect(await text("JetBrains Mono")).not.toEqual(inter);
});
