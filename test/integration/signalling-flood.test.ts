import { setTimeout as delay } from "node:timers/promises";
import type { ShapeDraft } from "@nexbasira/core/shapes/shape.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MediaFixture } from "../helpers/media-fixture.ts";
import { NodeProcess } from "../helpers/node-process.ts";
import type { RoomClient } from "../helpers/room-client.ts";
import { waitFor } from "../helpers/wait-for.ts";

let media: MediaFixture;
let node: NodeProcess;

beforeAll(async () => {
  media = await MediaFixture.open();
  node = await NodeProcess.start(media);
});

afterAll(async () => {
  await node.stop();
  await media.close();
});

const LINE: ShapeDraft = { kind: "line", id: "s", color: "#ff0000", width: 0.01, from: [0, 0], to: [1, 1] };

/** A line of one's own. */
const draw = (id: string) => ({ op: "add" as const, gesture: id, shape: { ...LINE, id } });

/** Sends a thousand operations a second until `stop`, which resolves with what became of them when all are answered. */
function flood(client: RoomClient) {
  const counts = { sent: 0, accepted: 0, refused: 0 };
  const startedAt = performance.now();
  // As many as have come to by now, however late it is called.
  const sendOn = () => {
    while (counts.sent < performance.now() - startedAt) {
      counts.sent += 1;
      const payload = { board_id: "live", operations: [draw(`f${counts.sent}`)] };
      client.socket.emit("board.operate", payload, ({ ok }: { ok: boolean }) => {
        counts[ok ? "accepted" : "refused"] += 1;
      });
    }
  };
  const timer = setInterval(sendOn, 10);
  return async () => {
    clearInterval(timer);
    sendOn();
    const seconds = (performance.now() - startedAt) / 1000;
    await waitFor(
      "the answers",
      () => counts.accepted + counts.refused === counts.sent || !client.socket.connected,
      60_000,
    );
    return { ...counts, seconds };
  };
}

test("a thousand operations a second from one person are bounded, and hurt nobody else", async () => {
  const flooded = await media.session();
  const neighbour = await node.enter(flooded.inspector);
  const stranger = await node.enter((await media.session()).inspector);
  /** How long each of so many operations takes to be answered, ms. */
  const times = async (client: RoomClient): Promise<number[]> => {
    const measured: number[] = [];
    for (let i = 0; i < 40; i += 1) {
      const sentAt = performance.now();
      await client.ask("board.operate", { board_id: "live", operations: [draw(`q${i}`), { op: "undo" }] });
      measured.push(performance.now() - sentAt);
      await delay(10);
    }
    return measured;
  };
  const calm: number[] = [];
  const loud = { stranger: [] as number[], neighbour: [] as number[] };
  await times(stranger);
  // By turns, because machines do other things at the same time, and not always as much.
  for (let round = 0; round < 6; round += 1) {
    calm.push(...(await times(stranger)), ...(await times(neighbour)));
    const flooder = await node.enter(flooded.participant);
    const stop = flood(flooder);
    loud.stranger.push(...(await times(stranger)));
    loud.neighbour.push(...(await times(neighbour)));
    const { sent, accepted, seconds } = await stop();
    expect(sent).toBeGreaterThan(900 * seconds);
    // The burst of a pasted drawing, and 200 a second.
    expect(accepted).toBeLessThanOrEqual(1_000 + 200 * (seconds + 1));
    flooder.close();
  }
  const quantile = (values: readonly number[], share: number) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
  for (const times of [loud.stranger, loud.neighbour]) {
    expect(quantile(times, 0.5)).toBeLessThan(quantile(calm, 0.5) * 3 + 10);
    expect(quantile(times, 0.9)).toBeLessThan(quantile(calm, 0.9) * 3 + 50);
  }
});
