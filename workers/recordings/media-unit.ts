import type { RtpPacket } from "./parse-rtp.ts";

/** A piece of media as a container holds it: one picture, or one packet of audio. */
export interface MediaUnit {
  readonly data: Uint8Array;
  readonly key: boolean;
  /** The RTP timestamp, 32 bits. */
  readonly timestamp: number;
  /** When its first packet arrived, in milliseconds since the part began. */
  readonly arrivalMs: number;
  /** Units before this one are missing or cannot be decoded. */
  readonly afterLoss: boolean;
  /** Of audio; 0 for a picture, which lasts until the next. */
  readonly durationMs: number;
  /** Of a key picture: its size in pixels. */
  readonly picture?: PictureSize;
  /** Of a key picture, where the codec needs it: what a decoder has to know before it. */
  readonly description?: Uint8Array;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Makes units of one stream's packets, which come in order. */
export interface Depacketizer {
  push(packet: RtpPacket, arrivalMs: number, lostBefore: number): MediaUnit[];
  /** The last units of the stream are missing. */
  readonly endsInLoss: boolean;
}
