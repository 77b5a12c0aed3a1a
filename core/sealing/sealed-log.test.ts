import { randomBytes } from "node:crypto";
import { appendFile, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MissingKey } from "./sealed-format.ts";
import { LogSealer, readLogPieces } from "./sealed-log.ts";
import { deriveSealingKeys } from "./sealing-keys.ts";

const newKey = () => randomBytes(32).toString("base64url");
const keys = deriveSealingKeys([newKey()]);

let root: string;
let path: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "nexbasira-log-"));
  path = join(root, "log");
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Appends a run with a frame for each text; the frames, and where each begins. */
async function appendRun(texts: string[]): Promise<Buffer[]> {
  const sealer = new LogSealer(keys);
  const frames = texts.map((text) => sealer.seal(Buffer.from(text)));
  await appendFile(path, Buffer.concat([sealer.header, ...frames]));
  return frames;
}

async function read(under = keys): Promise<{ texts: string[]; damaged: number; missing: number }> {
  const found = { texts: [] as string[], damaged: 0, missing: 0 };
  const file = await open(path, "r");
  try {
    for await (const piece of readLogPieces(file, under)) {
      if (piece.kind === "damage") found.damaged += piece.bytes;
      if (piece.kind !== "frame") continue;
      found.texts.push(piece.plain.toString());
      found.missing += piece.missing;
    }
  } finally {
    await file.close();
  }
  return found;
}

test("what several writers appended, one after the other, is read in its order", async () => {
  const large = "x".repeat(1024 * 1024);
  await appendRun(["one", "two", ""]);
  await appendRun([large, "four"]);
  expect(await read()).toEqual({ texts: ["one", "two", "", large, "four"], damaged: 0, missing: 0 });
  expect((await readFile(path)).includes("xxxx")).toBe(false);
});

test("a torn tail is cut at the last whole frame, wherever it was torn", async () => {
  const [, , last] = await appendRun(["one", "two", "three"]);
  const whole = await readFile(path);
  const before = whole.length - (last?.length ?? 0);
  for (let length = before; length < whole.length; length++) {
    await writeFile(path, whole.subarray(0, length));
    expect(await read(), `${length} bytes`).toEqual({ texts: ["one", "two"], damaged: length - before, missing: 0 });
  }
});

test("a file that was torn in its header holds nothing yet", async () => {
  const { header } = new LogSealer(keys);
  for (const length of [0, 1, 5, header.length - 1]) {
    await writeFile(path, header.subarray(0, length));
    expect(await read()).toEqual({ texts: [], damaged: length, missing: 0 });
  }
});

test("a flipped bit costs the frame it hit and not those behind it, wherever in it", async () => {
  const frames = await appendRun(["one", "two", "three"]);
  const whole = await readFile(path);
  const hit = frames[1] ?? Buffer.alloc(0);
  const from = whole.indexOf(hit);
  for (let i = 0; i < hit.length; i++) {
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(bytes.readUInt8(from + i) ^ (1 << (i % 8)), from + i);
    await writeFile(path, bytes);
    expect(await read(), `byte ${i}`).toEqual({ texts: ["one", "three"], damaged: hit.length, missing: 1 });
  }
});

test("frames that were taken out are known to be missing; swapped, repeated and foreign ones are not taken", async () => {
  const [one, two, three] = (await appendRun(["one", "two", "three"])) as [Buffer, Buffer, Buffer];
  const header = (await readFile(path)).subarray(0, 108);
  const foreign = new LogSealer(keys).seal(Buffer.from("foreign"));
  const log = async (...parts: Buffer[]) => {
    await writeFile(path, Buffer.concat([header, ...parts]));
    return read();
  };
  expect(await log(one, three)).toEqual({ texts: ["one", "three"], damaged: 0, missing: 1 });
  expect(await log(one, three, two)).toMatchObject({ texts: ["one", "three"], damaged: two.length });
  expect(await log(one, one, two)).toMatchObject({ texts: ["one", "two"], damaged: one.length });
  expect(await log(one, foreign, two)).toMatchObject({ texts: ["one", "two"], damaged: foreign.length });
});

test("a log of a key that is not there says so and is not taken for a damaged one", async () => {
  await appendRun(["one"]);
  await expect(read(deriveSealingKeys([newKey()]))).rejects.toThrow(MissingKey);
  await expect(read([])).rejects.toThrow(MissingKey);
});
