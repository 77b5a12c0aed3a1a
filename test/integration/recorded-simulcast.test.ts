import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { probe } from "@nexbasira/core/media-tools/ffmpeg.ts";
import type { types } from "mediasoup";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Vp8Packetizer } from "werift";
import type { Room } from "../../server/media/room.ts";
import { writeSenderReport } from "../../server/media/sender-report.ts";
import { muxRecording } from "../../workers/recordings/mux-recording.ts";
import { MediaFixture } from "../helpers/media-fixture.ts";
import { type EncodedUnit, encode, flashes } from "../helpers/synthetic-journal.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { brightness, rises } from "../helpers/watch-media.ts";

const run = promisify(execFile);

const PAYLOAD_TYPE = 101;
const CLOCK_RATE = 90_000;
const SECONDS = 12;
/** Each layer has RTP times and numbers of its own, as browsers have them. */
const LAYERS = [
  { size: "80x60", ssrc: 7001, timestamp: 5_000_000, sequenceNumber: 100 },
  { size: "160x120", ssrc: 7002, timestamp: 3_999_000_000, sequenceNumber: 64_000 },
];
const NTP_AT_START_S = 3_900_000_000;

interface Layer {
  ssrc: number;
  timestamp: number;
  packets: { ms: number; bytes: Buffer }[];
}

let media: MediaFixture;
let folder: string;
let layers: Layer[];

beforeAll(async () => {
  media = await MediaFixture.open();
  await media.start({ grace: 10_000, linger: 100 });
  folder = await mkdtemp(join(tmpdir(), "simulcast-"));
  layers = await Promise.all(
    LAYERS.map(async ({ size, ssrc, timestamp, sequenceNumber }) => {
      // Key pictures come often: the test's sender answers no request for one.
      const units = await encode("vp8", flashes(SECONDS, size), ["-g", "15"]);
      return { ssrc, timestamp, packets: packetsOf(units, { ssrc, timestamp, sequenceNumber }) };
    }),
  );
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await media.close();
});

function packetsOf(units: EncodedUnit[], options: { ssrc: number; timestamp: number; sequenceNumber: number }) {
  const { ssrc, timestamp, sequenceNumber } = options;
  const packetizer = new Vp8Packetizer({ payloadType: PAYLOAD_TYPE, ssrc, sequenceNumber });
  return units.flatMap(({ ms, data }) =>
    packetizer
      .packetize(data, (timestamp + Math.round(ms * (CLOCK_RATE / 1000))) >>> 0)
      .map((packet) => ({ ms, bytes: packet.serialize() })),
  );
}

/** A camera in two layers, adopted as the participant's; it sends in its own time, the upper layer only when `sends` says so. */
async function openSimulcast(room: Room, participantId: string) {
  const transport = await room.router.createDirectTransport();
  const codec: types.RtpCodecParameters = {
    mimeType: "video/VP8",
    payloadType: PAYLOAD_TYPE,
    clockRate: CLOCK_RATE,
    parameters: {},
    rtcpFeedback: [{ type: "nack" }, { type: "nack", parameter: "pli" }],
  };
  const encodings = LAYERS.map(({ ssrc }) => ({ ssrc, scalabilityMode: "L1T1" }));
  const producer = await transport.produce({
    kind: "video",
    rtpParameters: { codecs: [codec], encodings, rtcp: { cname: participantId } },
  });
  const person = room.people.find(({ id }) => id === participantId);
  person?.media.adopt(producer, "camera");
  const send = async (sendsUpper: (ms: number) => boolean) => {
    const started = performance.now();
    let reported = -1;
    const next = layers.map(() => 0);
    const isOver = () => layers.every(({ packets }, i) => (next[i] ?? 0) >= packets.length);
    await waitFor(
      "everything to be sent",
      () => {
        const nowMs = performance.now() - started;
        for (const [i, { packets }] of layers.entries()) {
          for (let packet = packets[next[i] ?? 0]; packet && packet.ms <= nowMs; packet = packets[next[i] ?? 0]) {
            if (i === 0 || sendsUpper(packet.ms)) producer.send(packet.bytes);
            next[i] = (next[i] ?? 0) + 1;
          }
        }
        const second = Math.floor(nowMs / 250);
        if (second > reported) report(nowMs, sendsUpper(nowMs));
        reported = second;
        return isOver();
      },
      30_000,
    );
  };
  const report = (nowMs: number, upper: boolean) => {
    for (const { ssrc, timestamp } of upper ? layers : layers.slice(0, 1)) {
      transport.sendRtcp(
        writeSenderReport({
          ssrc,
          ntpSec: NTP_AT_START_S + Math.floor(nowMs / 1000),
          ntpFrac: Math.floor(((nowMs % 1000) / 1000) * 2 ** 32),
          rtpTs: (timestamp + Math.round(nowMs * (CLOCK_RATE / 1000))) >>> 0,
          packetCount: 1,
          octetCount: 1,
        }),
      );
    }
  };
  return { producer, send };
}

test("of simulcast the best layer that is sent is recorded, and the picture goes on while layers come and go", async () => {
  const session = await media.session();
  const phone = await media.enter(session.participant);
  const room = media.node.rooms.find(session.id);
  if (!room) throw new Error("there is no room");
  const camera = await openSimulcast(room, session.participant.id);
  expect(camera.producer.type).toBe("simulcast");
  await phone.notice("recording.changed", ({ state }) => state === "recording");
  // The upper layer goes for some seconds, as a sender's does whose network became bad.
  await camera.send((ms) => ms < 4_000 || ms > 8_000);
  await room.close();

  const recording = await media.database.selectFrom("recordings").selectAll().executeTakeFirstOrThrow();
  const outputPath = join(folder, "recording.mkv");
  const part = join(media.dataDir, "journals", recording.id, "1");
  const muxed = await muxRecording({ partDirectories: [part], outputPath });
  const [track] = muxed.tracks;
  expect(muxed.tracks).toHaveLength(1);
  // It may begin with the lower layer, until mediasoup knows that there is a better one.
  expect(track?.pictures.map(({ width }) => width).slice(-3)).toEqual([160, 80, 160]);
  const { streams } = await probe(outputPath, { countPackets: true, timeLimitMs: 20_000 });
  expect(streams[0]?.packets).toBe(track?.units);
  const decoded = ["-fps_mode", "passthrough", "-enc_time_base", "-1", "-f", "null", "-"];
  const { stderr } = await run("ffmpeg", ["-v", "error", "-i", outputPath, ...decoded]);
  expect(stderr).toBe("");
  // Through both switches the time goes on as it was sent: the last flash is whole seconds after the first. mediasoup moves
  // a layer by up to 75 ms when it switches, and takes some time to see that one is gone.
  const flashesMs = rises(await brightness(outputPath, 90), 100).map((frame) => (frame * 1000) / 90);
  expect(flashesMs.length).toBeGreaterThanOrEqual(SECONDS - 4);
  const lastMs = (flashesMs.at(-1) ?? 0) - (flashesMs[0] ?? 0);
  expect(lastMs).toBeGreaterThan(9_000);
  expect(Math.abs(lastMs - Math.round(lastMs / 1000) * 1000)).toBeLessThanOrEqual(90);
});
