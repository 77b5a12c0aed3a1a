import type { types } from "mediasoup";
import { z } from "zod";

/*
 * What the load of `calls-rooms.ts` has of a room: one who sends a camera and a microphone as plain RTP, and one who
 * receives both. Encryption is left out on both sides: it is the worker's, and the same with and without the product.
 */

const LOOPBACK = { protocol: "udp", ip: "127.0.0.1" } as const;

const CODECS = {
  video: { mimeType: "video/VP8", payloadType: 101, clockRate: 90_000, parameters: {}, rtcpFeedback: [] },
  audio: { mimeType: "audio/opus", payloadType: 100, clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] },
} satisfies Record<types.MediaKind, types.RtpCodecParameters>;

/** Where a room's sender sends to, and with which SSRC. */
export const RoomAddress = z.object({ port: z.number(), videoSsrc: z.number(), audioSsrc: z.number() });
export type RoomAddress = z.infer<typeof RoomAddress>;

/** To a process that has rooms: open these, by name, for a receiver at this port. It answers with their addresses. */
export const OpenRooms = z.object({ names: z.array(z.string()), receiverPort: z.number() });
export type OpenRooms = z.infer<typeof OpenRooms>;
export const Opened = z.object({ rooms: z.array(RoomAddress) });
export const Ready = z.object({ workerPid: z.number() });

export async function openPlainRoom(
  router: types.Router,
  index: number,
  receiverPort: number,
  adopt: (producer: types.Producer) => Promise<void> | void,
): Promise<RoomAddress> {
  const sender = await router.createPlainTransport({ listenInfo: LOOPBACK, rtcpMux: true, comedia: true });
  const receiver = await router.createPlainTransport({ listenInfo: LOOPBACK, rtcpMux: true });
  await receiver.connect({ ip: "127.0.0.1", port: receiverPort });
  const ssrcs = { videoSsrc: 10_000 + 2 * index, audioSsrc: 10_001 + 2 * index };
  for (const kind of ["video", "audio"] as const) {
    const producer = await sender.produce({
      kind,
      rtpParameters: {
        codecs: [CODECS[kind]],
        encodings: [{ ssrc: ssrcs[`${kind}Ssrc`] }],
        rtcp: { cname: `${index}` },
      },
    });
    await receiver.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
    await adopt(producer);
  }
  return { port: sender.tuple.localPort, ...ssrcs };
}
