import type { MediaSource } from "@nexbasira/core/contract/signalling.ts";
import type { types } from "mediasoup-client";
import { type CameraShape, cameraEncodings } from "./sending-parameters.ts";

/** The picture's shorter side where the camera does not say, pixels. */
const USUAL_HEIGHT = 720;

/** The shorter side of what a camera gives, in pixels: it is the same upright and lying. */
export function pictureHeight(track: MediaStreamTrack): number {
  const { width, height } = track.getSettings();
  return width === undefined || height === undefined ? USUAL_HEIGHT : Math.min(width, height);
}

/** How each source is encoded: VP8 first, in one layer or two; Opus with in-band FEC, DTX and retransmission. */
export function publishOptions(
  source: MediaSource,
  device: types.Device,
  { track, shape }: { track: MediaStreamTrack; shape: CameraShape },
): Pick<types.ProducerOptions, "codec" | "codecOptions" | "encodings"> {
  if (source === "microphone") {
    // FEC is for who listens now; what is sent again is for the recording (with 5 % of loss, 3.5 % of its sound was missing).
    return { codecOptions: { opusFec: true, opusDtx: true, opusStereo: false, opusNack: true } };
  }
  const vp8 = device.sendRtpCapabilities.codecs?.find((codec) => codec.mimeType.toLowerCase() === "video/vp8");
  return {
    encodings: cameraEncodings(shape, pictureHeight(track)),
    // Without a start rate, Chrome begins at 300 kbit/s and the first seconds are blurred.
    codecOptions: { videoGoogleStartBitrate: 1_000 },
    ...(vp8 === undefined ? {} : { codec: vp8 }),
  };
}
