import type { MediaSource } from "@nexbasira/core/contract/signalling.ts";
import type { types } from "mediasoup-client";

/** 720p of a moving phone is sharp at this rate (bits per second); congestion control goes below it by itself. */
const CAMERA_BITRATE = 2_500_000;

/** How each source is encoded: VP8 first, one encoding; Opus with in-band FEC and DTX. */
export function publishOptions(
  source: MediaSource,
  device: types.Device,
): Pick<types.ProducerOptions, "codec" | "codecOptions" | "encodings"> {
  if (source === "microphone") return { codecOptions: { opusFec: true, opusDtx: true, opusStereo: false } };
  const vp8 = device.sendRtpCapabilities.codecs?.find((codec) => codec.mimeType.toLowerCase() === "video/vp8");
  return {
    encodings: [{ maxBitrate: CAMERA_BITRATE }],
    // Without a start rate, Chrome begins at 300 kbit/s and the first seconds are blurred.
    codecOptions: { videoGoogleStartBitrate: 1_000 },
    ...(vp8 === undefined ? {} : { codec: vp8 }),
  };
}
