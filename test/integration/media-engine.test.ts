import { expect, test } from "vitest";
import { MediaEngine } from "../../server/media/media-engine.ts";
import { waitFor } from "../helpers/wait-for.ts";

async function open(onDied: (error: Error) => void): Promise<MediaEngine> {
  const workerBinary = process.env.MEDIASOUP_WORKER_BIN ?? null;
  return MediaEngine.open({ workerBinary, announcedAddresses: ["127.0.0.1"], port: 0, onDied });
}

test("a worker that can no longer be spoken to counts as dead", async () => {
  const deaths: Error[] = [];
  const engine = await open((error) => deaths.push(error));
  try {
    const transport = await engine.createTransport(await engine.createRouter());
    // What no client's message may do (see `mediasoup-values.ts`): it throws in the middle of a message to the worker.
    const codecs = [{ mimeType: "audio/opus", payloadType: 100, clockRate: 48_000, channels: 2 }];
    const rtpParameters = { codecs, encodings: [{ ssrc: 1, maxBitrate: 0.5 }] };
    await expect(transport.produce({ kind: "audio", rtpParameters })).rejects.toThrow(RangeError);
    await expect(engine.createRouter()).rejects.toThrow("FlatBuffers");
    const [death] = await waitFor("the death", () => deaths.length > 0 && deaths);
    expect(death?.message).toContain("FlatBuffers");
  } finally {
    engine.close();
  }
});

test("a worker that is closed has not died", async () => {
  const deaths: Error[] = [];
  const engine = await open((error) => deaths.push(error));
  engine.close();
  expect(engine.alive).toBe(false);
  expect(deaths).toEqual([]);
});

test("every announced address is offered, over UDP and TCP", async () => {
  const workerBinary = process.env.MEDIASOUP_WORKER_BIN ?? null;
  const engine = await MediaEngine.open({
    workerBinary,
    // One is not of this machine: one socket on all interfaces is announced under both.
    announcedAddresses: ["203.0.113.7", "127.0.0.1"],
    port: 0,
    onDied: (error) => {
      throw error;
    },
  });
  try {
    const transport = await engine.createTransport(await engine.createRouter());
    const candidates = engine.candidatesOf(transport);
    expect(candidates.map(({ protocol, address }) => `${protocol} ${address}`)).toEqual([
      "udp 203.0.113.7",
      "tcp 203.0.113.7",
      "udp 127.0.0.1",
      "tcp 127.0.0.1",
    ]);
    expect(new Set(candidates.map(({ foundation }) => foundation)).size).toBe(4);
  } finally {
    engine.close();
  }
});
