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

const BANDWIDTH_FEEDBACK = ["transport-cc", "goog-remb"];
const BANDWIDTH_EXTENSIONS = [
  "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
];

/**
 * What receives without the feedback that a bandwidth is estimated by: a direct transport, which never sends it. Where
 * it is offered, mediasoup waits for it, takes the way for one of 600 kbit/s, and of simulcast forwards no more than fits
 * in there (seen with two layers of 0.5 and 3.5 Mbit/s: the lower one for good; without the offer the upper one in 1 s).
 */
export function withoutBandwidthEstimate(capabilities: types.RtpCapabilities): types.RtpCapabilities {
  return {
    codecs: capabilities.codecs?.map((codec) => ({
      ...codec,
      rtcpFeedback: codec.rtcpFeedback?.filter(({ type }) => !BANDWIDTH_FEEDBACK.includes(type)),
    })),
    headerExtensions: capabilities.headerExtensions?.filter(({ uri }) => !BANDWIDTH_EXTENSIONS.includes(uri)),
  };
}
