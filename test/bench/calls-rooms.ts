import { setTimeout as delay } from "node:timers/promises";
import { Session } from "@nexbasira/core/contract/session.ts";
import { type Measured, percentile } from "../helpers/bench-report.ts";
import { enterSession } from "../helpers/enter-session.ts";
import type { Installation } from "../helpers/installation.ts";
import { RoomClient } from "../helpers/room-client.ts";
import type { BenchContext } from "./bench.ts";
import { BenchProcess } from "./bench-process.ts";
import { Opened, type OpenRooms, Ready } from "./plain-room.ts";
import { processorTime } from "./processor-time.ts";
import { Received, ReceiverReady, Sent } from "./rtp-load.ts";

/** Before it is measured: code that runs hot is compiled, buffers have grown. */
const WARM_UP_S = 5;
/** The last packets are on their way. */
const SETTLE_MS = 500;

interface RoomsFigures {
  /** Processors used by the media process and its worker. */
  processors: { node: number; worker: number };
  /** Of the packets sent, 0 to 1. */
  lost: number;
  added_ms: { p50: number; p95: number; p99: number };
}

/**
 * Rooms of one sender and one inspector, recorded, in the product's media process and in bare mediasoup with the same
 * tap, one after the other under the same load from processes of their own.
 */
export async function measureRooms(
  context: BenchContext,
  installation: Installation,
  { rooms, seconds }: { rooms: number; seconds: number },
): Promise<Measured[]> {
  const { cleanup, say } = context;
  const product = new BenchProcess("product-rooms.ts", cleanup, installation.environment);
  const productReady = await product.next(Ready);
  const names = await openSessions(context, installation, rooms);
  const own = await measure(context, product, productReady.workerPid, { names, seconds });
  await product.close();
  say(`${rooms} rooms: ${describe(own)}`);
  const bareProcess = new BenchProcess("bare-rooms.ts", cleanup);
  const bareReady = await bareProcess.next(Ready);
  const bare = await measure(context, bareProcess, bareReady.workerPid, { names, seconds });
  await bareProcess.close();
  say(`${rooms} bare rooms: ${describe(bare)}`);
  const perProcessor = ({ processors: { node, worker } }: RoomsFigures) => rooms / (node + worker);
  const capacity = { value: perProcessor(own), baseline: perProcessor(bare), unit: "rooms" };
  const added = (what: "p50" | "p95" | "p99") => ({
    name: `time added at ${rooms} rooms, ${what}`,
    value: own.added_ms[what],
    baseline: bare.added_ms[what],
    unit: "ms",
  });
  return [
    { name: "rooms for one processor", ...capacity, goal: { least: 100 } },
    { name: "rooms for one processor, beside bare", ...capacity, goal: { leastRatio: 0.9 } },
    {
      name: `processors of the Node part at ${rooms} rooms`,
      value: own.processors.node,
      baseline: bare.processors.node,
      unit: "",
    },
    {
      name: `processors of the worker at ${rooms} rooms`,
      value: own.processors.worker,
      baseline: bare.processors.worker,
      unit: "",
    },
    {
      name: `packets lost at ${rooms} rooms`,
      value: own.lost * 100,
      baseline: bare.lost * 100,
      unit: "%",
      goal: { most: 0 },
    },
    added("p50"),
    { ...added("p95"), goal: { most: 2 } },
    { ...added("p99"), goal: { most: 10 } },
  ];
}

/** Sessions whose participant has entered and agreed to be recorded. */
async function openSessions({ cleanup }: BenchContext, installation: Installation, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const participant = { name: `Participant ${i}`, channel: "link" };
    const request = { type: "field_inspection", reference: `INS-${i}`, participant, recording: true };
    const session = await installation.post("/v1/sessions", request, Session);
    const { access_token, socket_path } = await enterSession(installation, session);
    const client = await RoomClient.connect(
      `http://127.0.0.1:${installation.environment.MEDIA_SIGNALLING_PORT}`,
      socket_path,
      { token: access_token },
    );
    cleanup.add(() => client.close());
    await client.ask("room.enter", {});
    names.push(session.id);
  }
  return names;
}

async function measure(
  { cleanup }: BenchContext,
  server: BenchProcess,
  workerPid: number,
  { names, seconds }: { names: string[]; seconds: number },
): Promise<RoomsFigures> {
  const receiver = new BenchProcess("rtp-receiver.ts", cleanup);
  const sender = new BenchProcess("rtp-sender.ts", cleanup);
  const { port, directPort } = await receiver.next(ReceiverReady);
  const { rooms } = await server.ask({ names, receiverPort: port } satisfies OpenRooms, Opened);
  await sender.ask({ rooms, directPort, seconds: WARM_UP_S }, Sent);
  await delay(SETTLE_MS);
  receiver.tell({ order: "begin" });
  const before = { node: await used(server.pid), worker: await used(workerPid), at: performance.now() };
  const { sent } = await sender.ask({ rooms, directPort, seconds }, Sent);
  const elapsed_s = (performance.now() - before.at) / 1000;
  const processors = {
    node: ((await used(server.pid)) - before.node) / elapsed_s,
    worker: ((await used(workerPid)) - before.worker) / elapsed_s,
  };
  await delay(SETTLE_MS);
  const { received, added_ms } = await receiver.ask({ order: "end" }, Received);
  await sender.close();
  await receiver.close();
  const [p50 = 0, p95 = 0, p99 = 0] = [0.5, 0.95, 0.99].map((share) => percentile(added_ms, share));
  return { processors, lost: 1 - received / sent, added_ms: { p50, p95, p99 } };
}

async function used(pid: number): Promise<number> {
  const seconds = await processorTime(pid);
  if (seconds === undefined) throw new Error("processor times are read from /proc: this needs Linux");
  return seconds;
}

function describe({ processors: { node, worker }, lost, added_ms }: RoomsFigures): string {
  const used = `${node.toFixed(2)} of a processor in Node, ${worker.toFixed(2)} in the worker`;
  return `${used}, ${(lost * 100).toFixed(3)} % lost, ${added_ms.p95.toFixed(2)} ms added (p95)`;
}
