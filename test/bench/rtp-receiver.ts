/** Receives what the inspectors of many rooms would, counts it, and sees how much later it came than straight. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { ReceiverOrder, STAMP_BYTES, VP8_KEY_FRAME } from "./rtp-load.ts";

const BUFFER_BYTES = 4 * 1024 * 1024;
/** Room, kind and number in one: a number fits into 32 bits, a room into 16. */
const NUMBERS = 2 ** 32;

let received = 0;
let direct = new Map<number, number>();
let served = new Map<number, number>();

/** A packet's key, or undefined for what is no RTP of ours (RTCP has payload types from 72 on there, RFC 5761, 4). */
function keyOf(packet: Buffer): number | undefined {
  const type = packet.readUInt8(1) & 0x7f;
  if (type !== 100 && type !== 101) return undefined;
  const first = packet.readUInt8(0);
  let at = 12 + 4 * (first & 0x0f);
  if (first & 0x10) at += 4 + 4 * packet.readUInt16BE(at + 2);
  at += VP8_KEY_FRAME.length;
  if (packet.length < at + STAMP_BYTES) return undefined;
  return (packet.readUInt16BE(at) * 2 + packet.readUInt8(at + 2)) * NUMBERS + packet.readUInt32BE(at + 3);
}

async function listen(take: (key: number, at: number) => void): Promise<Socket> {
  const socket = createSocket({ type: "udp4", recvBufferSize: BUFFER_BYTES });
  socket.on("message", (packet) => {
    const key = keyOf(packet);
    if (key !== undefined) take(key, performance.now());
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

const fromServer = await listen((key, at) => {
  received += 1;
  served.set(key, at);
});
const straight = await listen((key, at) => direct.set(key, at));

process.once("disconnect", () => process.exit());
process.on("message", (message) => {
  const { order } = ReceiverOrder.parse(message);
  if (order === "end") {
    const added_ms = [...direct].flatMap(([key, at]) => {
      const over = served.get(key);
      return over === undefined ? [] : [over - at];
    });
    process.send?.({ received, added_ms });
  }
  received = 0;
  direct = new Map();
  served = new Map();
});
process.send?.({ port: fromServer.address().port, directPort: straight.address().port });
