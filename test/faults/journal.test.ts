import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { RecordKind } from "@nexbasira/core/journal/format.ts";
import { listSegments, readSegment } from "@nexbasira/core/journal/journal-reader.ts";
import { JournalWriter } from "@nexbasira/core/journal/journal-writer.ts";
import { deriveSealingKeys } from "@nexbasira/core/sealing/sealing-keys.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InjectedProducer } from "../helpers/injected-producer.ts";
import { MediaFixture } from "../helpers/media-fixture.ts";
import { waitFor } from "../helpers/wait-for.ts";

const run = promisify(execFile);
const WRITER = join(import.meta.dirname, "../../core/journal/journal-writer.ts");

const KEYS_MODULE = join(import.meta.dirname, "../../core/sealing/sealing-keys.ts");
const KEY = randomBytes(32).toString("base64url");

/** Appends a numbered packet every 5 ms, and says each number at once. */
const CHILD = `
  import { writeSync } from "node:fs";
  import { JournalWriter } from ${JSON.stringify(WRITER)};
  import { deriveSealingKeys } from ${JSON.stringify(KEYS_MODULE)};
  const ignore = () => {};
  const keys = deriveSealingKeys(process.argv.slice(2));
  const options = { directory: process.argv[1], keys, onSegment: ignore, onFailure: ignore, onRecovery: ignore };
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
    for await (const batch of readSegment(path, deriveSealingKeys([KEY]))) {
      for (const entry of batch) {
        if (entry.kind === "damage") damaged += entry.atEnd ? 0 : 1;
        else if (entry.kind === RecordKind.rtp) numbers.push(entry.payload.readUInt32BE(0));
        else if (entry.kind === RecordKind.gap) gaps.push(JSON.parse(entry.payload.toString()));
      }
    }
  }
  return { numbers, gaps, damaged };
}

describe.each([
  { kept: "as it is", keys: [] },
  { kept: "encrypted", keys: [KEY] },
])("a journal that is kept $kept", ({ keys }) => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "journal-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("loses tens of milliseconds when its process is killed, and nothing of what was before", async () => {
    const lostMs: number[] = [];
    for (let kill = 0; kill < 10; kill += 1) {
      const directory = join(root, String(kill));
      const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", CHILD, directory, ...keys], {
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
        keys: deriveSealingKeys(keys),
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

/** Of the media process's metrics. */
async function unrecordedRooms(media: MediaFixture): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${media.node.port}/metrics`);
  return Number(/^nexbasira_media_unrecorded_rooms (\d+)$/m.exec(await answer.text())?.[1]);
}

describe.skipIf(process.getuid?.() !== 0)("a room on a disk that fills", () => {
  let media: MediaFixture;
  let disk: string;

  beforeEach(async () => {
    media = await MediaFixture.open();
    disk = join(media.dataDir, "journals");
    await mkdir(disk, { recursive: true });
    await run("mount", ["-t", "tmpfs", "-o", "size=8m", "none", disk]);
    await media.start({ grace: 10_000, linger: 100 });
  });
  afterEach(async () => {
    // Lazily, as what is open there is closed only now; and before the folder below it can be removed.
    await run("umount", ["-l", disk]);
    await media.close();
  });

  async function enter() {
    const session = await media.session();
    const phone = await media.enter(session.participant);
    const console_ = await media.enter(session.inspector);
    const room = media.node.rooms.find(session.id);
    if (!room) throw new Error("there is no room");
    return { session, phone, console_, room };
  }

  const startedPart = async (sessionId: string) => {
    const recording = await media.database
      .selectFrom("recordings")
      .selectAll()
      .where("session_id", "=", sessionId)
      .executeTakeFirstOrThrow();
    return { recording, directory: join(disk, recording.id, "1") };
  };

  it("tells everybody and the operator, keeps the call, and goes on with a declared gap when there is room", async () => {
    const { session, phone, console_, room } = await enter();
    const camera = await InjectedProducer.open(room, session.participant.id, "camera");
    await phone.notice("recording.changed", ({ state }) => state === "recording");
    const { directory } = await startedPart(session.id);
    const bytes = async () => (await stat(join(directory, "000001.nbj"))).size;
    await waitFor("packets in the journal", async () => {
      camera.sendLayers([10]);
      return (await bytes()) > 20_000;
    });
    expect(await unrecordedRooms(media)).toBe(0);

    await writeFile(join(disk, "filler"), Buffer.alloc(8 * 1024 * 1024)).catch((error: unknown) => {
      expect(error).toMatchObject({ code: "ENOSPC" });
    });
    let failed = false;
    const failures = Promise.all(
      [phone, console_].map((client) => client.notice("recording.changed", ({ state }) => state === "failed")),
    ).then(() => {
      failed = true;
    });
    await waitFor("the alarm", () => {
      camera.sendLayers([100]);
      return failed;
    });
    await failures;
    expect(await unrecordedRooms(media)).toBe(1);
    expect(camera.producer.closed).toBe(false);
    expect((await console_.ask("clock.read", {})).server_time_ms).toBeGreaterThan(0);
    // More than what is held for a disk that comes back soon.
    const heldUntil = performance.now() + 1_500;
    await waitFor("more than is held in memory", () => {
      camera.sendLayers([400]);
      return performance.now() > heldUntil;
    });

    await rm(join(disk, "filler"));
    await console_.notice("recording.changed", ({ state }) => state === "recording");
    const before = await segmentsIn(directory);
    await waitFor("the next segment", async () => {
      camera.sendLayers([1]);
      return (await segmentsIn(directory)) > before;
    });
    await room.close();
    const { gaps, damaged } = await readKinds(directory);
    expect(damaged).toBe(0);
    expect(gaps).toBe(1);
    expect(await unrecordedRooms(media)).toBe(0);
  });

  it("is recorded from when there is room, where there was none at the beginning", async () => {
    await writeFile(join(disk, "filler"), Buffer.alloc(8 * 1024 * 1024 - 64 * 1024));
    const { session, phone, room } = await enter();
    const camera = await InjectedProducer.open(room, session.participant.id, "camera");
    await phone.notice("recording.changed", ({ state }) => state === "failed");
    expect(camera.producer.closed).toBe(false);
    await rm(join(disk, "filler"));
    await phone.notice("recording.changed", ({ state }) => state === "recording");
    const { recording } = await startedPart(session.id);
    expect(recording.parts).toBe(1);
    await room.close();
  });
});

async function segmentsIn(directory: string): Promise<number> {
  return (await listSegments(directory)).length;
}

async function readKinds(directory: string) {
  let gaps = 0;
  let damaged = 0;
  for (const { path } of await listSegments(directory)) {
    for await (const batch of readSegment(path)) {
      for (const { kind } of batch) {
        if (kind === RecordKind.gap) gaps += 1;
        if (kind === "damage") damaged += 1;
      }
    }
  }
  return { gaps, damaged };
}
