import { Permanent } from "@nexbasira/core/contract/errors.ts";
import { OpusDepacketizer } from "./depacketize-audio.ts";
import { createH264Depacketizer, createVp8Depacketizer } from "./depacketize-video.ts";
import type { Depacketizer } from "./media-unit.ts";

export interface MediaCodec {
  /** mediabunny's name. */
  container: "vp8" | "avc" | "opus";
  createDepacketizer(): Depacketizer;
}

const CODECS: ReadonlyMap<string, MediaCodec> = new Map<string, MediaCodec>([
  ["video/vp8", { container: "vp8", createDepacketizer: createVp8Depacketizer }],
  ["video/h264", { container: "avc", createDepacketizer: createH264Depacketizer }],
  ["audio/opus", { container: "opus", createDepacketizer: () => new OpusDepacketizer() }],
]);

/**
 * By a media type in lower case.
 *
 * @throws {Permanent} for one that rooms do not offer.
 */
export function mediaCodec(mimeType: string): MediaCodec {
  const codec = CODECS.get(mimeType);
  if (!codec) throw new Permanent(`no way to record ${mimeType}`);
  return codec;
}
