import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * A HEIC photo as phones make it: one HEVC picture (encoded by ffmpeg) as the primary item of an ISO base media file
 * (ISO/IEC 23008-12). The decoder's configuration comes from an MP4 with the same picture.
 */
export async function makeHeic(width: number, height: number): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "heic-"));
  try {
    const path = join(folder, "picture.mp4");
    const picture = ["-f", "lavfi", "-i", `testsrc2=size=${width}x${height}`, "-frames:v", "1", "-pix_fmt", "yuv420p"];
    await run("ffmpeg", ["-v", "error", ...picture, "-c:v", "libx265", "-x265-params", "log-level=none", path]);
    const movie = await readFile(path);
    return wrap({ width, height, configuration: findBox(movie, "hvcC"), picture: findBox(movie, "mdat").subarray(8) });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The first box of that type, with its head. */
function findBox(file: Buffer, type: string): Buffer {
  const at = file.indexOf(type, 0, "latin1") - 4;
  if (at < 0) throw new Error(`there is no ${type}`);
  return file.subarray(at, at + file.readUInt32BE(at));
}

function wrap(facts: { width: number; height: number; configuration: Buffer; picture: Buffer }): Buffer {
  const { width, height, configuration, picture } = facts;
  const head = box("ftyp", text("heic"), numbers(0), text("mif1heic"));
  const properties = box("ipco", configuration, box("ispe", numbers(0, width, height)));
  // Item 1 has properties 1 (needed to decode it) and 2.
  const associations = box("ipma", numbers(0, 1), Buffer.from([0, 1, 2, 0x81, 2]));
  const meta = (offset: number) =>
    box(
      "meta",
      numbers(0),
      box("hdlr", numbers(0, 0), text("pict"), numbers(0, 0, 0), Buffer.from([0])),
      box("pitm", numbers(0), Buffer.from([0, 1])),
      // Offsets and lengths of four bytes; one item, in this file, of one extent.
      box("iloc", numbers(0), Buffer.from([0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1]), numbers(offset, picture.length)),
      box(
        "iinf",
        numbers(0),
        Buffer.from([0, 1]),
        box("infe", numbers(0x02_00_00_00), Buffer.from([0, 1, 0, 0]), text("hvc1"), Buffer.from([0])),
      ),
      box("iprp", properties, associations),
    );
  const offset = head.length + meta(0).length + 8;
  return Buffer.concat([head, meta(offset), box("mdat", picture)]);
}

function box(type: string, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([numbers(content.length + 8), text(type), content]);
}

const text = (value: string) => Buffer.from(value, "latin1");

/** Numbers of four bytes. */
const numbers = (...values: number[]) =>
  Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    }),
  );
