import { H264RtpPayload, NalUnitType } from "werift";
import { annexb2avcSample, parseAvcDecoderConfig } from "werift/nonstandard";
import type { Depacketizer, MediaUnit, PictureSize } from "./media-unit.ts";
import type { RtpPacket } from "./parse-rtp.ts";
import { parseVp8Payload } from "./vp8-payload.ts";

/** What a packet's payload adds to a picture. */
interface PicturePiece {
  /** A picture begins here for certain. */
  readonly starts: boolean;
  /** A picture may begin here, if the one before has ended. */
  readonly mayStart: boolean;
  /** Null while a fragment is not complete. */
  readonly bytes: Buffer | null;
}

interface Picture {
  readonly data: Uint8Array;
  readonly key: boolean;
  readonly picture?: PictureSize;
  readonly description?: Uint8Array;
}

/** What is particular to a codec. Its methods throw on payloads that break its format. */
interface VideoFormat {
  /** `first`: nothing of the picture came yet, so no fragment may be continued. Null for what breaks the format. */
  piece(payload: Buffer, first: boolean): PicturePiece | null;
  /** Null where a key picture lacks what it takes to decode it. */
  picture(pieces: Buffer[]): Picture | null;
}

interface OpenPicture {
  readonly timestamp: number;
  readonly arrivalMs: number;
  readonly pieces: Buffer[];
  bytes: number;
}

/** A sender that never ends a picture must not fill the memory. */
const MAX_PICTURE_BYTES = 8 * 1024 * 1024;

/**
 * Puts pictures together from packets in order. A picture that lacks a packet is dropped, and so is all that follows
 * it until the next key picture, because it builds on what is missing. A picture that the stream's end cut is dropped.
 */
class PictureAssembler implements Depacketizer {
  readonly #format: VideoFormat;
  #open: OpenPicture | null = null;
  /** Nothing is given out before a key picture. */
  #needsKey = true;
  #lost = false;
  /** The packet before this one ended its picture. */
  #atBoundary = true;

  constructor(format: VideoFormat) {
    this.#format = format;
  }

  push(packet: RtpPacket, arrivalMs: number, lostBefore: number): MediaUnit[] {
    const units: MediaUnit[] = [];
    if (lostBefore > 0) this.#lose();
    if (packet.payload.length === 0) return units;
    const { timestamp, marker } = packet.header;
    if (this.#open && this.#open.timestamp !== timestamp) units.push(...this.#finish());
    this.#add(packet.payload, timestamp, arrivalMs);
    if (marker) units.push(...this.#finish());
    return units;
  }

  get endsInLoss(): boolean {
    return this.#lost;
  }

  #add(payload: Buffer, timestamp: number, arrivalMs: number): void {
    const piece = this.#attempt(() => this.#format.piece(payload, this.#open === null));
    if (!piece) return;
    if (!this.#open) {
      const begins = piece.starts || (piece.mayStart && this.#atBoundary);
      this.#atBoundary = false;
      if (!begins) {
        this.#lose();
        return;
      }
      this.#open = { timestamp, arrivalMs, pieces: [], bytes: 0 };
    }
    this.#open.bytes += payload.length;
    if (piece.bytes) this.#open.pieces.push(piece.bytes);
    if (this.#open.bytes > MAX_PICTURE_BYTES) this.#lose();
  }

  #finish(): MediaUnit[] {
    const open = this.#open;
    this.#open = null;
    const picture = open && this.#attempt(() => this.#format.picture(open.pieces));
    this.#atBoundary = true;
    if (!open || !picture || (this.#needsKey && !picture.key)) return [];
    const { timestamp, arrivalMs } = open;
    const unit = { ...picture, timestamp, arrivalMs, afterLoss: this.#lost, durationMs: 0 };
    this.#needsKey = false;
    this.#lost = false;
    return [unit];
  }

  #lose(): void {
    // Before the first key picture there is nothing yet that could be missed.
    if (!this.#needsKey) this.#lost = true;
    this.#needsKey = true;
    this.#open = null;
    this.#atBoundary = false;
  }

  /** What a sender made wrong (a payload too short, a length too large) counts as lost; the formats throw then. */
  #attempt<T>(parse: () => T | null): T | null {
    let result: T | null = null;
    try {
      result = parse();
    } catch {
      result = null;
    }
    if (result === null) this.#lose();
    return result;
  }
}

/** VP8 (RFC 7741; the frame header in RFC 6386 section 9.1). */
const vp8: VideoFormat = {
  piece(payload) {
    const parsed = parseVp8Payload(payload);
    return parsed && { starts: parsed.starts, mayStart: parsed.starts, bytes: parsed.data };
  },
  picture(pieces) {
    const data = Buffer.concat(pieces);
    if (data.length < 3) return null;
    const key = ((data[0] ?? 1) & 1) === 0;
    if (!key) return { data, key };
    if (data.length < 10 || data.readUIntBE(3, 3) !== 0x9d012a) return null;
    const picture = { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff };
    return picture.width > 0 && picture.height > 0 ? { data, key, picture } : null;
  },
};

/** H.264 in its non-interleaved mode (RFC 6184 section 6.3). Samples come out as ISO/IEC 14496-15 wants them. */
function h264(): VideoFormat {
  let fragment: Buffer | undefined;
  /** From the last key picture that carried its parameter sets; others may rely on them. */
  let config: { description: Uint8Array; picture: PictureSize } | null = null;
  return {
    piece(payload, first) {
      const parsed = H264RtpPayload.deSerialize(payload, first ? undefined : fragment);
      fragment = parsed.fragment;
      const starts = parsed.nalUnitType === NalUnitType.sps || parsed.aggregatedNalUnitTypes.includes(NalUnitType.sps);
      return { starts, mayStart: parsed.isPartitionHead, bytes: parsed.payload ?? null };
    },
    picture(pieces) {
      const annexB = Buffer.concat(pieces);
      const key = containsIdr(annexB);
      if (key) {
        const parsed = parseAvcDecoderConfig(annexB);
        if (parsed) config = { description: parsed.avcc, picture: parsed.codedSize };
        if (!config) return null;
      }
      const data = annexb2avcSample(annexB);
      return key && config ? { data, key, ...config } : { data, key };
    },
  };
}

function containsIdr(annexB: Buffer): boolean {
  for (let at = annexB.indexOf("000001", 0, "hex"); at >= 0; at = annexB.indexOf("000001", at + 3, "hex")) {
    if (((annexB[at + 3] ?? 0) & 0x1f) === NalUnitType.idrSlice) return true;
  }
  return false;
}

export function createVp8Depacketizer(): Depacketizer {
  return new PictureAssembler(vp8);
}

export function createH264Depacketizer(): Depacketizer {
  return new PictureAssembler(h264());
}
