import { AppError } from "@nexbasira/core/contract/errors.ts";
import { errors } from "mediasoup";
import { z } from "zod";

/*
 * The contract keeps mediasoup's structures opaque; these are their schemas, as mediasoup's own types describe them.
 *
 * Nothing that has not passed them may reach mediasoup: what its own checks let through (a bit rate of 0.5, a number for a
 * name) makes it throw in the middle of writing a message to its worker, and from then on every call of the process fails.
 */
const Name = z.string().max(256);
const PayloadType = z.number().int().min(0).max(127);
const Ssrc = z.number().int().min(1).max(0xffffffff);
const ClockRate = z.number().int().min(1).max(1_000_000);
const Channels = z.number().int().min(1).max(8);
const MimeType = z.string().regex(/^(audio|video)\/[A-Za-z0-9._-]{1,64}$/);
const Kind = z.enum(["audio", "video"]);
/** Format parameters: numbers go over as 32 bits. */
const Parameters = z
  .record(
    z.string().max(64),
    z.union([
      z.boolean(),
      Name,
      z
        .number()
        .min(-(2 ** 31))
        .max(2 ** 31 - 1),
    ]),
  )
  .refine((parameters) => Object.keys(parameters).length <= 64);
const RtcpFeedback = z.array(z.object({ type: Name, parameter: Name.optional() })).max(16);
const HeaderExtensionUri = z.enum([
  "urn:ietf:params:rtp-hdrext:sdes:mid",
  "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
  "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
  "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
  "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
  "urn:3gpp:video-orientation",
  "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
  "urn:ietf:params:rtp-hdrext:toffset",
  "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
  "urn:mediasoup:params:rtp-hdrext:packet-id",
]);

/** What a sender sends (W3C `RTCRtpSendParameters`, as mediasoup has it). Unknown members are left out. */
export const RtpParameters = z.object({
  mid: z.string().max(32).optional(),
  codecs: z
    .array(
      z.object({
        mimeType: MimeType,
        payloadType: PayloadType,
        clockRate: ClockRate,
        channels: Channels.optional(),
        parameters: Parameters.optional(),
        rtcpFeedback: RtcpFeedback.optional(),
      }),
    )
    .min(1)
    .max(32),
  headerExtensions: z
    .array(
      z.object({
        uri: HeaderExtensionUri,
        id: z.number().int().min(1).max(255),
        encrypt: z.boolean().optional(),
        parameters: Parameters.optional(),
      }),
    )
    .max(32)
    .optional(),
  encodings: z
    .array(
      z.object({
        ssrc: Ssrc.optional(),
        rid: z
          .string()
          .regex(/^[A-Za-z0-9_-]{1,32}$/)
          .optional(),
        codecPayloadType: PayloadType.optional(),
        rtx: z.object({ ssrc: Ssrc }).optional(),
        dtx: z.boolean().optional(),
        scalabilityMode: z
          .string()
          .regex(/^[LS][1-3]T[1-3](_KEY)?$/)
          .optional(),
        maxBitrate: z.number().int().min(0).max(1_000_000_000).optional(),
      }),
    )
    .max(4)
    .optional(),
  rtcp: z.object({ cname: Name.optional(), reducedSize: z.boolean().optional() }).optional(),
  msid: Name.optional(),
});
export type RtpParameters = z.infer<typeof RtpParameters>;

/** What a receiver can receive. */
export const RtpCapabilities = z.object({
  codecs: z
    .array(
      z.object({
        kind: Kind,
        mimeType: MimeType,
        preferredPayloadType: PayloadType,
        clockRate: ClockRate,
        channels: Channels.optional(),
        parameters: Parameters.optional(),
        rtcpFeedback: RtcpFeedback.optional(),
      }),
    )
    .max(64)
    .optional(),
  headerExtensions: z
    .array(
      z.object({
        kind: Kind,
        uri: HeaderExtensionUri,
        preferredId: z.number().int().min(1).max(255),
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(["sendrecv", "sendonly", "recvonly", "inactive"]).optional(),
      }),
    )
    .max(64)
    .optional(),
});
export type RtpCapabilities = z.infer<typeof RtpCapabilities>;

/** A peer's certificate by its hash (RFC 8122, section 5). */
export const DtlsParameters = z.object({
  role: z.enum(["auto", "client", "server"]).optional(),
  fingerprints: z
    .array(
      z.object({
        algorithm: z.enum(["sha-1", "sha-224", "sha-256", "sha-384", "sha-512"]),
        value: z.string().regex(/^([0-9A-F]{2}:){19,63}[0-9A-F]{2}$/i),
      }),
    )
    .min(1)
    .max(8),
});
export type DtlsParameters = z.infer<typeof DtlsParameters>;

/** @throws {AppError} validation_error that names what is wrong. */
export function parseMedia<Schema extends z.ZodType>(schema: Schema, param: string, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = [param, ...(issue?.path ?? [])].join(".");
  throw new AppError("validation_error", `${path}: ${issue?.message ?? "is wrong"}`, { param: path });
}

/**
 * Runs a call into mediasoup with what a client sent. What mediasoup finds wrong with it is the client's error; what it
 * cannot do because something was closed meanwhile is a conflict.
 */
export async function callMediasoup<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const wrong = error instanceof TypeError || error instanceof errors.UnsupportedError;
    throw wrong
      ? new AppError("validation_error", "The media parameters are not what the room can work with.", { cause: error })
      : new AppError("conflict", "The media connection does not allow that now.", { cause: error });
  }
}
