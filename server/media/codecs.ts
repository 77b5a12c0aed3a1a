import type { types } from "mediasoup";

/** What rooms speak, in the order of preference: VP8 is in every browser, H.264 is what weak phones encode in hardware. */
export const MEDIA_CODECS: types.RouterRtpCodecCapability[] = [
  { kind: "audio", mimeType: "audio/opus", clockRate: 48_000, channels: 2, parameters: { useinbandfec: 1, usedtx: 1 } },
  { kind: "video", mimeType: "video/VP8", clockRate: 90_000 },
  {
    kind: "video",
    mimeType: "video/H264",
    clockRate: 90_000,
    parameters: { "packetization-mode": 1, "profile-level-id": "42e01f", "level-asymmetry-allowed": 1 },
  },
];

const VIDEO_ORIENTATION = "urn:3gpp:video-orientation";

/**
 * Without the orientation extension (3GPP TS 26.114, 7.4.5): a sender that cannot say how a picture lies has to turn it
 * before it encodes it, so that it is upright for every receiver and in the recording. Works on capabilities and on
 * parameters.
 */
export function withoutOrientation<T extends { headerExtensions?: { uri: string }[] }>(rtp: T): T {
  if (!Array.isArray(rtp.headerExtensions)) return rtp;
  return { ...rtp, headerExtensions: rtp.headerExtensions.filter((extension) => extension?.uri !== VIDEO_ORIENTATION) };
}
