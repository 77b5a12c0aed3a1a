const EXTENDED = 0x80;
const START = 0x10;
const PARTITION = 0x0f;
const PICTURE_ID = 0x80;
const TL0PICIDX = 0x40;
const TID = 0x20;
const KEYIDX = 0x10;
const LONG_PICTURE_ID = 0x80;

export interface Vp8Payload {
  /** A picture begins here: the first packet of its first partition. */
  readonly starts: boolean;
  /** What follows the descriptor, a view of the packet's payload. */
  readonly data: Buffer;
}

/**
 * Takes the payload descriptor off a packet's payload (RFC 7741 section 4.2); null where it is longer than the payload.
 * By hand: werift's class counts the octet of TID and KEYIDX when TL0PICIDX is there and not when TID is, and reads bits
 * through strings, which took most of the time that a clip is read in.
 */
export function parseVp8Payload(payload: Buffer): Vp8Payload | null {
  const first = payload[0] ?? 0;
  let at = 1;
  if (first & EXTENDED) {
    const extension = payload[at] ?? 0;
    at += 1;
    if (extension & PICTURE_ID) at += (payload[at] ?? 0) & LONG_PICTURE_ID ? 2 : 1;
    if (extension & TL0PICIDX) at += 1;
    if (extension & (TID | KEYIDX)) at += 1;
  }
  if (at > payload.length) return null;
  return { starts: (first & START) !== 0 && (first & PARTITION) === 0, data: payload.subarray(at) };
}
