/** Sends what the phones of many rooms would: 30 frames of VP8 and 50 packets of Opus a second each, 1 Mbit/s. */
import { createSocket } from "node:dgram";
import { setTimeout as delay } from "node:timers/promises";
import { DIRECT_EVERY, SendOrder, STAMP_BYTES, VP8_KEY_FRAME } from "./rtp-load.ts";

const VIDEO = { payloadType: 101, every_ms: 1000 / 30, ticks: 3_000, bytes: 1_200 };
const AUDIO = { payloadType: 100, every_ms: 20, ticks: 960, bytes: 100 };
/** 3.5 packets a frame: 1 Mbit/s. */
const packetsOf = (frame: number) => 3 + (frame % 2);
const HEAD_BYTES = 12;
const DESCRIPTOR_WITHOUT_START = 0x00;
/** The bit in the payload's first byte that says that a frame needs others (RFC 7741, 4.3: P). */
const INTER_FRAME = 0x01;

interface Stream {
  kind: 0 | 1;
  room: number;
  port: number;
  ssrc: number;
  next_ms: number;
  frame: number;
  sequence: number;
  number: number;
}

/** By SSRC: an order goes on where the one before ended, as a phone's stream does. */
const streamsSent = new Map<number, Stream>();

const socket = createSocket("udp4");
socket.on("message", () => undefined);

function packetOf(stream: Stream, { isFirst, isLast }: { isFirst: boolean; isLast: boolean }): Buffer {
  const { payloadType, ticks, bytes } = stream.kind === 0 ? VIDEO : AUDIO;
  const packet = Buffer.alloc(HEAD_BYTES + bytes);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8((isLast ? 0x80 : 0) | payloadType, 1);
  packet.writeUInt16BE(stream.sequence & 0xffff, 2);
  packet.writeUInt32BE((stream.frame * ticks) >>> 0, 4);
  packet.writeUInt32BE(stream.ssrc, 8);
  VP8_KEY_FRAME.copy(packet, HEAD_BYTES);
  if (stream.kind === 0 && !isFirst) packet.writeUInt8(DESCRIPTOR_WITHOUT_START, HEAD_BYTES);
  if (stream.kind === 0 && stream.frame % 30 !== 0) packet.writeUInt8(0x10 | INTER_FRAME, HEAD_BYTES + 1);
  const stamp = HEAD_BYTES + VP8_KEY_FRAME.length;
  packet.writeUInt16BE(stream.room, stamp);
  packet.writeUInt8(stream.kind, stamp + 2);
  packet.writeUInt32BE(stream.number, stamp + STAMP_BYTES - 4);
  return packet;
}

function streamOf(place: Pick<Stream, "kind" | "ssrc" | "room" | "port">, next_ms: number): Stream {
  const before = streamsSent.get(place.ssrc) ?? { frame: 0, sequence: 0, number: 0 };
  const stream = { ...before, ...place, next_ms };
  streamsSent.set(place.ssrc, stream);
  return stream;
}

async function send({ rooms, directPort, seconds }: SendOrder): Promise<{ sent: number; late_ms: number }> {
  const start = performance.now() + 100;
  const streams = rooms.flatMap(({ port, videoSsrc, audioSsrc }, room) => {
    // Nobody's phone waits for the others'.
    const phase = (room / rooms.length) * VIDEO.every_ms;
    return [
      streamOf({ kind: 0, ssrc: videoSsrc, room, port }, start + phase),
      streamOf({ kind: 1, ssrc: audioSsrc, room, port }, start + (phase % AUDIO.every_ms)),
    ];
  });
  let sent = 0;
  let late_ms = 0;
  for (let now = performance.now(); now < start + seconds * 1000; now = performance.now()) {
    for (const stream of streams) {
      while (stream.next_ms <= now) {
        late_ms = Math.max(late_ms, now - stream.next_ms);
        const count = stream.kind === 0 ? packetsOf(stream.frame) : 1;
        for (let i = 0; i < count; i += 1) {
          const packet = packetOf(stream, { isFirst: i === 0, isLast: i === count - 1 });
          if (stream.number % DIRECT_EVERY === 0) socket.send(packet, directPort, "127.0.0.1");
          socket.send(packet, stream.port, "127.0.0.1");
          stream.sequence += 1;
          stream.number += 1;
          sent += 1;
        }
        stream.frame += 1;
        stream.next_ms += stream.kind === 0 ? VIDEO.every_ms : AUDIO.every_ms;
      }
    }
    await delay(1);
  }
  return { sent, late_ms };
}

process.once("disconnect", () => process.exit());
process.on("message", async (message) => {
  process.send?.(await send(SendOrder.parse(message)));
});
