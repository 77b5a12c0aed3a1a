import { describe, expect, it } from "vitest";
import { SequenceOrder } from "./sequence-order.ts";

/** Pushes [sequence, arrival] pairs and answers the sequences given out, a loss of n packets shown as `-n`. */
function run(packets: [number, number][], flush = true): number[] {
  const order = new SequenceOrder<number>();
  const out: number[] = [];
  const take = (ordered: { item: number; lostBefore: number }[]) => {
    for (const { item, lostBefore } of ordered) out.push(...(lostBefore > 0 ? [-lostBefore] : []), item);
  };
  for (const [sequence, arrivalMs] of packets) take(order.push(sequence, arrivalMs, sequence));
  if (flush) take(order.flush());
  return out;
}

/** Every 20 ms one. */
const steady = (sequences: number[]): [number, number][] => sequences.map((sequence, i) => [sequence & 0xffff, i * 20]);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe("SequenceOrder", () => {
  it("goes on where the 16-bit number wraps", () => {
    const sequences = range(65_500, 65_600);
    expect(run(steady(sequences))).toEqual(sequences.map((sequence) => sequence & 0xffff));
  });

  it("puts misordered packets into order, also over the wrap and at the very start", () => {
    expect(run(steady([65_535, 65_534, 65_537, 65_536, 65_539, 65_538]))).toEqual([65_534, 65_535, 0, 1, 2, 3]);
  });

  it("gives out a repeated packet once, before and after its first copy went out", () => {
    expect(run(steady([...range(0, 20), 19, 20, 3, 21, 21, 22]))).toEqual(range(0, 23));
  });

  it("waits for a retransmission and puts it into its place", () => {
    const packets = steady(range(0, 200).filter((sequence) => sequence !== 50));
    packets.splice(150, 0, [50, 2999]);
    expect(run(packets)).toEqual(range(0, 200));
  });

  it("gives a packet up after 4 s and says how many are lost", () => {
    const packets = steady([...range(0, 50), ...range(53, 300)]);
    expect(run(packets)).toEqual([...range(0, 50), -3, ...range(53, 300)]);
    expect(run(packets.slice(0, 240), false)).toHaveLength(50);
    expect(run(packets.slice(0, 260), false).length).toBeGreaterThan(250);
  });

  it("ignores a retransmission that comes when its place was given up", () => {
    const packets = steady([...range(0, 50), ...range(51, 400)]);
    expect(run([...packets, [50, 8000]])).toEqual([...range(0, 50), -1, ...range(51, 400)]);
  });

  it("begins anew when the sender's numbers start from elsewhere", () => {
    const out = run(steady([...range(20_000, 20_050), ...range(500, 550)]));
    // The first packet of the new start is what gave it away.
    expect(out).toEqual([...range(20_000, 20_050), -1, ...range(501, 550)]);
  });

  it("is empty without packets", () => {
    expect(run([])).toEqual([]);
  });
});
