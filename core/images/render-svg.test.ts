import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { replayBoard } from "@nexbasira/core/shapes/board.ts";
import { drawSvg } from "@nexbasira/core/shapes/draw-svg.ts";
import type { ShapeDraft } from "@nexbasira/core/shapes/shape.ts";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FONT_FILES } from "./font-files.ts";

const run = promisify(execFile);
const FONTS = fileURLToPath(new URL("fonts", import.meta.url));
const RENDERER = fileURLToPath(new URL("render-svg.ts", import.meta.url));

const TEXTS = {
  Arabic: "مرحبا بالعالم",
  Hebrew: "שלום עולם",
  Devanagari: "क्षत्रिय नमस्ते",
  Thai: "สวัสดีชาวโลก",
  Chinese: "墙上的裂缝",
  Japanese: "ひび割れ検査",
  Korean: "균열 안녕하세요",
  emoji: "🔥🏠👩‍🔧",
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexbasira-fonts-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * Draws the texts, each on a board of its own, in a process whose only fonts are those in `directory`: which fonts there
 * are is read once in a process.
 */
async function drawWith(directory: string): Promise<Record<string, Buffer>> {
  const configuration = join(folder, `${directory === FONTS ? "ours" : "none"}.conf`);
  const own = await readFile(join(FONTS, "fonts.conf"), "utf8");
  await writeFile(
    configuration,
    own
      .replace('<dir prefix="relative">.</dir>', `<dir>${directory}</dir>`)
      .replace(/<include[^>]*>[^<]*<\/include>/, ""),
  );
  const drawings = Object.fromEntries(
    Object.entries(TEXTS).map(([name, text]) => {
      const shape: ShapeDraft = {
        kind: "text",
        id: "t",
        color: "#14191c",
        width: 0.006,
        at: [0.5, 0.3],
        text,
        size: 0.1,
      };
      const at = "2026-05-23T11:42:15.123Z";
      const board = replayBoard([{ author: "anna", at, operation: { op: "add", gesture: "t", shape } }]);
      return [name, drawSvg(board, { width: 1_000, height: 300, title: name })];
    }),
  );
  const program = `
    const { renderSvg } = await import(${JSON.stringify(RENDERER)});
    const chunks = []; for await (const chunk of process.stdin) chunks.push(chunk);
    const drawn = {};
    for (const [name, svg] of Object.entries(JSON.parse(Buffer.concat(chunks)))) {
      drawn[name] = Buffer.from(await renderSvg(svg, 1000, 300)).toString("base64");
    }
    process.stdout.write(JSON.stringify(drawn));`;
  const child = run(process.execPath, ["--input-type=module", "--eval", program], {
    env: { ...process.env, FONTCONFIG_FILE: configuration },
    maxBuffer: 64 * 1024 * 1024,
  });
  child.child.stdin?.end(JSON.stringify(drawings));
  const drawn: unknown = JSON.parse((await child).stdout);
  return Object.fromEntries(
    Object.entries(Object(drawn)).map(([name, png]) => [name, Buffer.from(String(png), "base64")]),
  );
}

const darkPixels = async (png: Buffer | undefined): Promise<number> => {
  const { data } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  return data.reduce((count, value) => count + (value < 128 ? 1 : 0), 0);
};

test("text of every script has its letters in the picture, on a machine without any fonts of its own", async () => {
  const ours = await drawWith(FONTS);
  // With all fonts but those of these scripts, they are drawn as boxes that hold each character's number.
  for (const file of Object.values(FONT_FILES)) await copyFile(file, join(folder, basename(file.pathname)));
  const boxes = await drawWith(folder);
  for (const name of Object.keys(TEXTS)) {
    expect(await darkPixels(ours[name]), `${name}: something is drawn`).toBeGreaterThan(500);
    expect(ours[name]?.equals(boxes[name] ?? Buffer.alloc(0)), `${name}: boxes in the place of letters`).toBe(false);
  }
});
