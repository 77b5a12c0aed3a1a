import { z } from "zod";
import { RoomAddress } from "./plain-room.ts";

/*
 * Between `rtp-sender.ts` and `rtp-receiver.ts`: what each packet carries after its 11 bytes of VP8 head, and what the
 * two are told and tell. They are processes of their own, so that neither waits for the other or for the server.
 */

/** A payload descriptor and the first bytes of a key frame (RFC 7741, 4.2 and 4.3), enough for an SFU. */
export const VP8_KEY_FRAME = Buffer.from([0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00]);
/** Room (2 bytes), video or audio (1), number (4). */
export const STAMP_BYTES = 7;
/** One of so many packets also goes straight to the receiver: what the way over the server adds is the difference. */
export const DIRECT_EVERY = 10;

export const SendOrder = z.object({ rooms: z.array(RoomAddress), directPort: z.number(), seconds: z.number() });
export type SendOrder = z.infer<typeof SendOrder>;
export const Sent = z.object({ sent: z.number(), late_ms: z.number() });

export const ReceiverReady = z.object({ port: z.number(), directPort: z.number() });
/** To the receiver: forget what came so far, or tell it. */
export const ReceiverOrder = z.object({ order: z.enum(["begin", "end"]) });
export const Received = z.object({ received: z.number(), added_ms: z.array(z.number()) });
