import { execFile, spawn } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { NetworkHost } from "./network/network-host.ts";
import { NetworkLab } from "./network/network-lab.ts";

const run = promisify(execFile);
const PROBE = join(import.meta.dirname, "network/udp-probe.ts");
const Probed = z.object({ times: z.array(z.number().nullable()), sending_ms: z.number() });

let lab: NetworkLab;
let near: NetworkHost;
let far: NetworkHost;
let echo: Socket;
beforeAll(async () => {
  lab = await NetworkLab.open();
  [near, far] = [await lab.addHost(), await lab.addHost({ delay_ms: 50, jitter_ms: 10 })];
  echo = createSocket("udp4");
  echo.on("message", (packet, { address, port }) => echo.send(packet, port, address));
  echo.bind(0, "0.0.0.0");
  await once(echo, "listening");
});
afterAll(async () => {
  echo?.close();
  await lab?.close();
});

/** Round trips in ms of packets from a host to this process, the share of those that were lost, and how long was sent. */
async function probe(host: NetworkHost, count: number, everyMs: number, bytes = 200) {
  const [program, ...before] = host.command;
  const numbers = [echo.address().port, count, everyMs, bytes].map(String);
  const { stdout } = await run(program, [...before, process.execPath, PROBE, lab.serverAddress, ...numbers]);
  const { times, sending_ms } = Probed.parse(JSON.parse(stdout));
  const back = times.filter((time) => time !== null);
  return { back, lost: (times.length - back.length) / times.length, sending_ms };
}

test("a host without trouble loses nothing and answers at once", async () => {
  const { back, lost } = await probe(near, 300, 3);
  expect(lost).toBe(0);
  // What takes longer waits for this machine, not for the way.
  expect(Math.min(...back)).toBeLessThan(2);
});

test("a delay of 50 ms with 10 ms of jitter takes 100 to 120 ms there and back", async () => {
  const { back, lost } = await probe(far, 300, 5);
  expect(lost).toBe(0);
  expect(Math.min(...back)).toBeGreaterThanOrEqual(100);
  expect(Math.min(...back)).toBeLessThan(120);
});

test("a loss of 20 % in one direction loses a fifth", async () => {
  await near.impair({ loss: { up: 0.2, down: 0 } });
  const up = await probe(near, 2_000, 1);
  await near.impair({ loss: { up: 0, down: 0.2 } });
  const down = await probe(near, 2_000, 1);
  await near.impair({ loss: { up: 0, down: 0 } });
  // Four standard deviations of 2,000 throws.
  for (const { lost } of [up, down]) expect(Math.abs(lost - 0.2)).toBeLessThan(0.036);
});

test("a way of 400 kbit/s lets 400 kbit/s through", async () => {
  await near.impair({ rate_kbit: { up: 400, down: null } });
  // 800 kbit/s for 3 s, of which the queue keeps 300 ms' worth.
  const { lost, sending_ms } = await probe(near, 300, 10, 1_000 - 28);
  await near.impair({ rate_kbit: { up: null, down: null } });
  const through_kbit = ((1 - lost) * 300 * 8) / (sending_ms / 1000);
  expect(through_kbit).toBeGreaterThan(380);
  expect(through_kbit).toBeLessThan(480);
});

test("a cut, blocked UDP and a link that is down let nothing through, and it comes back", async () => {
  await near.impair({ cut: true });
  expect((await probe(near, 20, 5)).lost).toBe(1);
  await near.impair({ cut: false, blocked: { udp: "all", tcp: [] } });
  expect((await probe(near, 20, 5)).lost).toBe(1);
  await near.impair({ blocked: { udp: [echo.address().port], tcp: [] } });
  expect((await probe(near, 20, 5)).lost).toBe(1);
  await near.impair({ blocked: { udp: [], tcp: [] } });
  expect((await probe(near, 20, 5)).lost).toBe(0);
});

test("a host that moves is in another network with another address", async () => {
  const before = near.address;
  await near.move("mobile");
  expect(near.address).not.toBe(before);
  const seen = once(echo, "message");
  const { lost } = await probe(near, 20, 5);
  expect(lost).toBe(0);
  expect((await seen)[1]).toMatchObject({ address: near.address });
});

test("what a killed run left behind is removed by the next", async () => {
  const script = `
    import { NetworkLab } from ${JSON.stringify(join(import.meta.dirname, "network/network-lab.ts"))};
    await (await NetworkLab.open()).addHost({ delay_ms: 5 });
    console.log("open");
    setInterval(() => {}, 1000);`;
  const killed = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(killed.stdout, "data");
  const left = async () => (await run("ip", ["netns", "list"])).stdout.includes(`nexb-${killed.pid}-`);
  expect(await left()).toBe(true);
  killed.kill("SIGKILL");
  await once(killed, "exit");
  await (await NetworkLab.open()).close();
  expect(await left()).toBe(false);
});
