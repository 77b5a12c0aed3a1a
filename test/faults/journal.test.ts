import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { RecordKind } from "@nexbasira/core/journal/format.ts";
import { listSegments, readSegment } from "@nexbasira/core/journal/journal-reader.ts";
import { JournalWriter } from "@nexbasira/core/journal/journal-writer.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { waitFor } from "../helpers/wait-for.ts";

const run = promisify(execFile);
const WRITER = join(import.meta.dirname, "../../core/journal/journal-writer.ts");

/** Appends a numbered packet every 5 ms, and says each number at once. */
const CHILD = `
  import { writeSync } from "node:fs";
  import { JournalWriter } from ${JSON.stringify(WRITER)};
  const ignore = () => {};
  const options = { directory: process.argv[1], onSegment: ignore, onFailure: ignore, onRecovery: ignore };
  const writer = await JournalWriter.open(options);
  const packet = Buffer.alloc(1200);
  let number = 0;
  setInterval(() => {
    packet.writeUInt32BE(number, 0);
    writer.appendRtp(1, packet);
    writeSync(1, number + "\\n");
    number += 1;
  }, 5);
`;

async function readJournal(directory: string) {
  const numbers: number[] = [];
  const gaps: { fromUs: number; records: number }[] = [];
  let damaged = 0;
  for (const { path } of await listSegments(directory)) {
    for await (const batch of readSegment(path)) {
      for (const entry of batch) {
        if (entry.kind === "damage") damaged += entry.atEnd ? 0 : 1;
        else if (entry.kind === RecordKind.rtp) numbers.push(entry.payload.readUInt32BE(0));
        else if (entry.kind === RecordKind.gap) gaps.push(JSON.parse(entry.payload.toString()));
      }
    }
  }
  return { numbers, gaps, damaged };
}

describe("a journal", () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "journal-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("loses tens of milliseconds when its process is killed, and nothing of what was before", async () => {
    const lostMs: number[] = [];
    for (let kill = 0; kill < 10; kill += 1) {
      const directory = join(root, String(kill));
      const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", CHILD, directory], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
      await waitFor("the child to write", () => said.split("\n").length > 40 + kill * 7);
      const closed = once(child, "close");
      child.kill("SIGKILL");
      await closed;

      const sent = said.trim().split("\n").map(Number);
      const { numbers, damaged } = await readJournal(directory);
      expect(damaged).toBe(0);
      expect(numbers).toEqual(sent.slice(0, numbers.length));
      lostMs.push((sent.length - numbers.length) * 5);
    }
    // One of them may be longer where the machine has no time for the writing thread.
    expect(lostMs.sort((a, b) => a - b)[5]).toBeLessThanOrEqual(100);
    expect(lostMs.at(-1)).toBeLessThanOrEqual(500);
  });

  it.skipIf(process.getuid?.() !== 0)("survives a full disk, and declares what it could not keep", async () => {
    const disk = join(root, "disk");
    await mkdir(disk);
    await run("mount", ["-t", "tmpfs", "-o", "size=16m", "none", disk]);
    try {
      await writeFile(join(disk, "filler"), Buffer.alloc(15 * 1024 * 1024));
      const failures: Error[] = [];
      let recovered = false;
      const writer = await JournalWriter.open({
        directory: join(disk, "1"),
        onSegment: () => undefined,
        onFailure: (error) => failures.push(error),
        onRecovery: () => {
          recovered = true;
        },
      });
      const packet = Buffer.alloc(1200);
      for (let number = 0; number < 6000; number += 1) {
        packet.writeUInt32BE(number, 0);
        writer.appendRtp(1, packet);
        if (number % 200 === 0) await delay(1);
      }
      await waitFor("the disk to be full", () => failures.length > 0);
      await rm(join(disk, "filler"));
      await waitFor("writing to work again", () => recovered);
      packet.writeUInt32BE(6000, 0);
      writer.appendRtp(1, packet);
      await writer.close();

      const { numbers, gaps, damaged } = await readJournal(join(disk, "1"));
      expect(failures.map((error) => "code" in error && error.code)).toEqual(["ENOSPC"]);
      expect(damaged).toBe(0);
      expect(gaps).toHaveLength(1);
      expect(gaps[0]?.records).toBe(6001 - numbers.length);
      const kept = numbers.length - 1;
      expect(kept).toBeGreaterThan(3000);
      expect(numbers).toEqual([...Array.from({ length: kept }, (_, i) => i), 6000]);
    } finally {
      await run("umount", ["-l", disk]);
    }
  });
});
