import { z } from "zod";

/*
 * The check before a call: what works of device and network, without a session being entered. A token for a few minutes
 * opens a namespace of the media node's sockets in which nothing can be reached but a line of one's own.
 */

/** The namespace of the media node's sockets. */
export const CHECK_NAMESPACE = "/check";

/** `POST /join/{token}/check` and `GET /console/api/check`: what the check needs. */
export const CheckAnswer = z.object({
  /** The socket's path on this host, as for a call. */
  socket_path: z.string(),
  token: z.string(),
  /** As for a call, with credentials that end soon. Empty where no TURN server is configured. */
  ice_servers: z.array(z.object({ urls: z.array(z.string()), username: z.string(), credential: z.string() })),
});
export type CheckAnswer = z.infer<typeof CheckAnswer>;

/** What a check's token says. */
export const CheckClaims = z.object({
  check: z.literal(1),
  /** Seconds since 1970. */
  expires_at: z.number().int(),
});

const TransportId = z.uuid();
const Opaque = z.record(z.string(), z.unknown());

/** What a client asks; every answer is acknowledged as `{ ok: true, data }` or `{ ok: false, code }`. */
export const CheckRequests = {
  /** A line to the media node over one protocol alone. */
  "line.open": z.strictObject({ protocol: z.enum(["udp", "tcp"]) }),
  "line.connect": z.strictObject({ transport_id: TransportId, dtls_parameters: Opaque }),
  "line.produce": z.strictObject({ transport_id: TransportId, sctp_stream_parameters: Opaque }),
  /** How much of what was sent has arrived by now. */
  "line.received": z.strictObject({ transport_id: TransportId }),
} as const;
export type CheckRequestName = keyof typeof CheckRequests;

export const CheckReplies = {
  "line.open": z.object({
    router_rtp_capabilities: Opaque,
    id: z.string(),
    ice_parameters: Opaque,
    ice_candidates: z.array(Opaque),
    dtls_parameters: Opaque,
    sctp_parameters: Opaque,
  }),
  "line.connect": z.object({}),
  "line.produce": z.object({ id: z.string() }),
  /** `spread_ms`: from the arrival of the first to that of the last. */
  "line.received": z.object({ messages: z.number(), bytes: z.number(), spread_ms: z.number() }),
} as const;
export type CheckReply<Name extends CheckRequestName> = z.infer<(typeof CheckReplies)[Name]>;
