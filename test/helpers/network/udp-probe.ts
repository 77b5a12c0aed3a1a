/**
 * Run on a host as a process of its own: `udp-probe.ts ADDRESS PORT COUNT EVERY_MS BYTES` sends so many numbered packets
 * to an echo and prints, as JSON, the time each took to come back in ms, null for one that did not within half a second,
 * and how long all were sent, in ms.
 */
import { createSocket } from "node:dgram";
import { setTimeout as delay } from "node:timers/promises";

const [address = "", port, count, everyMs, bytes] = process.argv.slice(2);
const sentAt: number[] = [];
const times: (number | null)[] = Array.from({ length: Number(count) }, () => null);
const socket = createSocket("udp4");
socket.on("message", (packet) => {
  const number = packet.readUInt32BE(0);
  times[number] = performance.now() - (sentAt[number] ?? 0);
});
const start = performance.now();
for (let i = 0; i < Number(count); i += 1) {
  const packet = Buffer.alloc(Number(bytes));
  packet.writeUInt32BE(i, 0);
  sentAt[i] = performance.now();
  socket.send(packet, Number(port), address);
  // By the clock, so that waits that are too long do not add up.
  await delay(Math.max(0, start + (i + 1) * Number(everyMs) - performance.now()));
}
const sending_ms = performance.now() - start;
await delay(500);
socket.close();
console.log(JSON.stringify({ times, sending_ms }));
