/**
 * The least that a recorded call can be: a mediasoup worker, a router a room, a direct transport that taps what is sent,
 * and the packets in the journal's form in a file, written every 50 ms and synced every second. Started by
 * `calls-rooms.ts`, as a process of its own.
 */
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { createWorker, type types } from "mediasoup";
import { MEDIA_CODECS } from "../../server/media/codecs.ts";
import { workerPath } from "../../tools/mediasoup-worker/path.mjs";
import { OpenRooms, openPlainRoom } from "./plain-room.ts";

const WRITE_EVERY_MS = 50;
const SYNC_EVERY_MS = 1_000;
const HEAD_BYTES = 14;
const MARK = 0x4e42;

const folder = await mkdtemp(join(tmpdir(), "nexbasira-bare-rooms-"));
const worker = await createWorker({ logLevel: "warn", workerBin: workerPath() });
process.once("disconnect", async () => {
  worker.close();
  await rm(folder, { recursive: true, force: true });
  process.exit();
});

async function openFile(name: string): Promise<(packet: Buffer, stream: number) => void> {
  const file = await open(join(folder, name), "w");
  const begun = performance.now();
  let pending: Buffer[] = [];
  let busy = false;
  setInterval(async () => {
    if (busy || pending.length === 0) return;
    busy = true;
    const records = pending;
    pending = [];
    await file.appendFile(Buffer.concat(records));
    busy = false;
  }, WRITE_EVERY_MS);
  setInterval(() => void file.datasync(), SYNC_EVERY_MS);
  return (packet, stream) => {
    const record = Buffer.allocUnsafe(HEAD_BYTES + packet.length + 4);
    record.writeUInt16BE(MARK, 0);
    record.writeUInt16BE(packet.length, 2);
    record.writeUInt16BE(stream, 4);
    record.writeDoubleBE(performance.now() - begun, 6);
    packet.copy(record, HEAD_BYTES);
    record.writeUInt32BE(crc32(record.subarray(0, -4)), record.length - 4);
    pending.push(record);
  };
}

async function openRoom(name: string, index: number, receiverPort: number) {
  const router = await worker.createRouter({ mediaCodecs: MEDIA_CODECS });
  const append = await openFile(name);
  let streams = 0;
  return openPlainRoom(router, index, receiverPort, async (producer: types.Producer) => {
    streams += 1;
    const stream = streams;
    const tap = await router.createDirectTransport();
    const { rtpCapabilities } = router;
    const consumer = await tap.consume({ producerId: producer.id, rtpCapabilities, enableRtx: false, paused: true });
    consumer.on("rtp", (packet) => append(packet, stream));
    await consumer.resume();
  });
}

process.on("message", async (message) => {
  const { names, receiverPort } = OpenRooms.parse(message);
  const rooms = [];
  for (const [index, name] of names.entries()) rooms.push(await openRoom(name, index, receiverPort));
  process.send?.({ rooms });
});
process.send?.({ workerPid: worker.pid });
