import { z } from "zod";
import { boardEntrySchema, operationSchema } from "../shapes/operation.ts";
import { pointSchema } from "../shapes/shape.ts";
import { Role, Sha256, StorableText } from "./common.ts";
import { DeviceCommand, DeviceState } from "./device.ts";
import { EvidenceItem, EvidenceKind } from "./evidence.ts";

/*
 * The messages of the room's socket (socket.io, path from the join answer, `auth: { token: access_token }`).
 * Every request is acknowledged: `{ ok: true, data }` or `{ ok: false, error: { code, message } }`, within 10 s.
 * mediasoup's own structures (RTP capabilities and parameters, ICE, DTLS) are opaque here; the SFU checks them.
 */

const Opaque = z.record(z.string(), z.unknown());
/** Ours, mediasoup's and those that clients make up: printable ASCII without spaces. */
const Id = z
  .string()
  .regex(/^[!-~]+$/)
  .max(64);
const Empty = z.strictObject({});

export const Person = z.object({
  participant_id: Id,
  role: Role,
  name: z.string(),
  /** Server time of entering, ms since 1970. */
  entered_at: z.number(),
});
export type Person = z.infer<typeof Person>;

export const MediaSource = z.enum(["camera", "microphone"]);
export type MediaSource = z.infer<typeof MediaSource>;

export const ProducerInfo = z.object({
  producer_id: Id,
  participant_id: Id,
  kind: z.enum(["audio", "video"]),
  source: MediaSource,
  paused: z.boolean(),
});
export type ProducerInfo = z.infer<typeof ProducerInfo>;

/** `live` is drawing over the live picture: shared, never kept. */
export const BoardKind = z.enum(["whiteboard", "annotation", "live"]);
export type BoardKind = z.infer<typeof BoardKind>;

/** An operation in the order the room applied it; `at` is the server's time. */
export const SequencedOperation = boardEntrySchema.extend({ sequence: z.number().int() });
export type SequencedOperation = z.infer<typeof SequencedOperation>;

export const Board = z.object({
  board_id: Id,
  kind: BoardKind,
  /** The snapshot that an annotation lies over. */
  item_id: Id.nullable(),
  /** The surface in pixels; coordinates are fractions of it. */
  width: z.number().int(),
  height: z.number().int(),
  operations: z.array(SequencedOperation),
});
export type Board = z.infer<typeof Board>;

/** A capture that a device holds and has announced, before its original is received and verified. */
export const AnnouncedCapture = z.object({
  capture_id: z.uuid(),
  participant_id: Id,
  kind: EvidenceKind,
  sha256: Sha256,
  size: z.number().int(),
  announced_at: z.number(),
  /** What asked for it, as in the item that it becomes: the inspector's request, or the capture itself. */
  request_id: Id,
});
export type AnnouncedCapture = z.infer<typeof AnnouncedCapture>;

/** A clip that was asked for. */
export const RoomClip = z.object({
  clip_id: Id,
  /** Who asked for it. */
  participant_id: Id,
  /** Server times, ms since 1970. */
  from_ms: z.number(),
  to_ms: z.number(),
  state: z.enum(["cutting", "ready", "failed"]),
  /** The evidence item, when it is ready. */
  item_id: Id.nullable(),
});
export type RoomClip = z.infer<typeof RoomClip>;

/** What a participant's device last said of itself. */
const ReportedDevice = z.object({ participant_id: Id, state: DeviceState });

/** What somebody wrote: to everyone, or as a note that only the organization's own people read. */
export const ChatMessage = z.object({
  /** Made up by the device that sent it: the same message sent twice is one. */
  message_id: z.uuid(),
  participant_id: Id,
  name: z.string(),
  role: Role,
  audience: z.enum(["everyone", "staff"]),
  text: z.string(),
  /** Server time, ms since 1970. */
  sent_at: z.number(),
});
export type ChatMessage = z.infer<typeof ChatMessage>;

/** The most characters (UTF-16 code units) of a message. */
export const MAX_CHAT_TEXT = 2_000;

export const RecordingState = z.object({
  state: z.enum(["off", "recording", "failed"]),
  /** ms since 1970; null while off. */
  started_at: z.number().nullable(),
});
export type RecordingState = z.infer<typeof RecordingState>;

export const RoomState = z.object({
  self: Person,
  session: z.object({ id: Id, reference: z.string(), status: z.string(), signature_level: z.string() }),
  router_rtp_capabilities: Opaque,
  ice_servers: z.array(Opaque),
  people: z.array(Person),
  producers: z.array(ProducerInfo),
  /** How well the SFU receives each producer, by its id: see `producer.score`. */
  scores: z.record(z.string(), z.number()),
  /** Whether cameras are to be sent in two layers (simulcast), because people on mixed networks watch. */
  simulcast: z.boolean(),
  devices: z.array(ReportedDevice),
  boards: z.array(Board),
  /** The board that both sides look at; null for the live picture. */
  shown_board_id: Id.nullable(),
  announced: z.array(AnnouncedCapture),
  items: z.array(EvidenceItem),
  /** Clips that are neither ready nor given up. */
  clips: z.array(RoomClip),
  /** In the order in which they were sent; a participant sees those to everyone. */
  chat: z.array(ChatMessage),
  recording: RecordingState,
  signature: z.object({ requested: z.boolean(), submitted: z.boolean() }),
  server_time_ms: z.number(),
});
export type RoomState = z.infer<typeof RoomState>;

/** `done`: the device has done it. `asked`: it cannot by itself, and the participant is asked on the screen. */
const CommandOutcome = z.enum(["done", "asked"]);

const ANYBODY = ["participant", "inspector", "observer"] as const;
const BOTH_SIDES = ["participant", "inspector"] as const;
const INSPECTOR = ["inspector"] as const;

/** Client to server: who may send it, its payload, its acknowledgement's data. */
export const REQUESTS = {
  "room.enter": { roles: ANYBODY, payload: Empty, answer: RoomState },
  "room.leave": { roles: ANYBODY, payload: Empty, answer: Empty },
  "clock.read": { roles: ANYBODY, payload: Empty, answer: z.object({ server_time_ms: z.number() }) },
  "transport.create": {
    roles: ANYBODY,
    payload: z.strictObject({ direction: z.enum(["send", "receive"]) }),
    answer: z.object({
      transport_id: Id,
      ice_parameters: Opaque,
      ice_candidates: z.array(Opaque),
      dtls_parameters: Opaque,
    }),
  },
  "transport.connect": {
    roles: ANYBODY,
    payload: z.strictObject({ transport_id: Id, dtls_parameters: Opaque }),
    answer: Empty,
  },
  "transport.restart-ice": {
    roles: ANYBODY,
    payload: z.strictObject({ transport_id: Id }),
    answer: z.object({ ice_parameters: Opaque }),
  },
  "producer.create": {
    roles: ANYBODY,
    payload: z.strictObject({
      transport_id: Id,
      kind: z.enum(["audio", "video"]),
      source: MediaSource,
      rtp_parameters: Opaque,
      paused: z.boolean(),
    }),
    answer: z.object({ producer_id: Id }),
  },
  "producer.pause": { roles: ANYBODY, payload: z.strictObject({ producer_id: Id }), answer: Empty },
  "producer.resume": { roles: ANYBODY, payload: z.strictObject({ producer_id: Id }), answer: Empty },
  "producer.close": { roles: ANYBODY, payload: z.strictObject({ producer_id: Id }), answer: Empty },
  "consumer.create": {
    roles: ANYBODY,
    payload: z.strictObject({ transport_id: Id, producer_id: Id, rtp_capabilities: Opaque }),
    answer: z.object({ consumer_id: Id, producer_id: Id, kind: z.enum(["audio", "video"]), rtp_parameters: Opaque }),
  },
  /** Consumers start paused; the receiver resumes when it is ready. */
  "consumer.resume": { roles: ANYBODY, payload: z.strictObject({ consumer_id: Id }), answer: Empty },
  "consumer.pause": { roles: ANYBODY, payload: z.strictObject({ consumer_id: Id }), answer: Empty },
  /**
   * Asks the participant's device for a snapshot; answers when the device has taken it, with its hash. `request_id` is
   * made up by the sender: while nothing is recorded, it uploads its own picture of the moment under it, as provisional.
   */
  "capture.request": {
    roles: INSPECTOR,
    payload: z.strictObject({ request_id: z.uuid() }),
    answer: z.object({ capture_id: z.uuid(), sha256: Sha256 }),
  },
  "capture.announce": {
    roles: BOTH_SIDES,
    payload: z.strictObject({
      capture_id: z.uuid(),
      kind: z.enum(["snapshot", "document"]),
      sha256: Sha256,
      size: z.number().int().min(0),
      /** The inspector's request that it answers, if any (`capture.requested`). */
      request_id: Id.optional(),
      /**
       * False where the picture that is sent at this moment does not show it: taken earlier and announced again after a
       * reconnection, or a file. The frame that the server keeps of any other as provisional would be of something else.
       */
      live: z.boolean().optional(),
    }),
    answer: Empty,
  },
  /** A new whiteboard, or the board over a snapshot (the same one when it is opened again). */
  "board.open": {
    roles: BOTH_SIDES,
    payload: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("whiteboard") }),
      z.strictObject({ kind: z.literal("annotation"), item_id: Id }),
    ]),
    answer: z.object({ board_id: Id }),
  },
  /** Which board both sides look at; null goes back to the live picture. */
  "board.show": { roles: INSPECTOR, payload: z.strictObject({ board_id: Id.nullable() }), answer: Empty },
  "board.operate": {
    roles: BOTH_SIDES,
    payload: z.strictObject({ board_id: Id, operations: z.array(operationSchema).min(1).max(100) }),
    answer: z.object({ sequence: z.number().int() }),
  },
  /** Where the sender points on a board, shown to the others at once and never kept; null when they point no more. */
  "board.point": {
    roles: BOTH_SIDES,
    payload: z.strictObject({ board_id: Id, at: pointSchema.nullable() }),
    answer: Empty,
  },
  /** Makes the board as it is now an evidence item (SVG drawn by the server). */
  "board.save": {
    roles: BOTH_SIDES,
    payload: z.strictObject({ board_id: Id }),
    answer: z.object({ item_id: Id }),
  },
  /** A clip between two marks on the session's clock (server time, ms since 1970), at most 10 minutes. */
  "clip.create": {
    roles: INSPECTOR,
    payload: z.strictObject({ from_ms: z.number().int(), to_ms: z.number().int() }),
    answer: z.object({ clip_id: Id }),
  },
  /** Only an inspector may write to `staff`. */
  "chat.send": {
    roles: ANYBODY,
    payload: z.strictObject({
      message_id: z.uuid(),
      audience: z.enum(["everyone", "staff"]),
      text: StorableText({ max: MAX_CHAT_TEXT }).refine((text) => text.trim() !== "", "is empty"),
    }),
    answer: Empty,
  },
  /** What the device can do and how it is: sent when it changes, at most every second. */
  "device.report": { roles: ["participant"], payload: DeviceState, answer: Empty },
  /** Has the participant's device do something; answers with what came of it. */
  "device.command": {
    roles: INSPECTOR,
    payload: z.strictObject({ command: DeviceCommand }),
    answer: z.object({ outcome: CommandOutcome }),
  },
  "signature.request": { roles: INSPECTOR, payload: Empty, answer: Empty },
  "signature.submit": {
    roles: ["participant"],
    payload: z.strictObject({
      name: z.string().trim().min(1).max(120),
      /** The strokes on a surface of 3:1; operations of kind `add` with freehand shapes. */
      operations: z.array(operationSchema).min(1).max(200),
    }),
    answer: z.object({ signature_id: Id }),
  },
  "session.end": { roles: INSPECTOR, payload: Empty, answer: Empty },
} as const;

export type RequestName = keyof typeof REQUESTS;
export type RequestPayload<Name extends RequestName> = z.infer<(typeof REQUESTS)[Name]["payload"]>;
export type RequestAnswer<Name extends RequestName> = z.infer<(typeof REQUESTS)[Name]["answer"]>;

export const Acknowledgement = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), data: z.unknown() }),
  z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) }),
]);
export type Acknowledgement = z.infer<typeof Acknowledgement>;

/** Server to client. Only `capture.requested` and `device.commanded` are acknowledged by the client. */
export const NOTICES = {
  "person.entered": Person,
  "person.left": z.object({ participant_id: Id, reason: z.enum(["left", "disconnected", "replaced"]) }),
  /** The device went silent; it is still within the grace period. */
  "person.unreachable": z.object({ participant_id: Id, unreachable: z.boolean() }),
  "producer.added": ProducerInfo,
  "producer.changed": ProducerInfo,
  "producer.removed": z.object({ producer_id: Id }),
  /** How well the SFU receives a producer: mediasoup's score, 0 (nothing) to 10. */
  "producer.score": z.object({ producer_id: Id, participant_id: Id, score: z.number() }),
  "consumer.closed": z.object({ consumer_id: Id }),
  /**
   * The inspector wants a snapshot now; acknowledged with the capture when it is taken and hashed. The same request may
   * come again when its answer came too late: a device that has taken it answers with what it has.
   */
  "capture.requested": z.object({ request_id: Id, by: z.string() }),
  "capture.announced": AnnouncedCapture,
  "evidence.added": EvidenceItem,
  "evidence.updated": EvidenceItem,
  "board.opened": Board,
  "board.operated": z.object({ board_id: Id, operations: z.array(SequencedOperation) }),
  "board.shown": z.object({ board_id: Id.nullable() }),
  "board.pointed": z.object({ board_id: Id, participant_id: Id, at: pointSchema.nullable() }),
  "clip.changed": RoomClip,
  "chat.added": ChatMessage,
  "device.reported": ReportedDevice,
  /** The inspector wants the device to do something; acknowledged with what came of it. */
  "device.commanded": z.object({ command_id: Id, by: z.string(), command: DeviceCommand }),
  /** Cameras are to be sent in two layers from now on, or in one. */
  "simulcast.changed": z.object({ on: z.boolean() }),
  "recording.changed": RecordingState,
  "signature.requested": z.object({ by: z.string() }),
  "signature.submitted": z.object({ participant_id: Id }),
  "session.ended": z.object({ status: z.enum(["completed", "cancelled", "expired"]) }),
  /** Another device has taken this person's place; the socket closes after it. */
  "device.replaced": Empty,
} as const;

export type NoticeName = keyof typeof NOTICES;
export type Notice<Name extends NoticeName> = z.infer<(typeof NOTICES)[Name]>;

/** The device's answer to `capture.requested`. */
export const CaptureTaken = z.union([
  z.object({ ok: z.literal(true), capture_id: z.uuid(), sha256: Sha256 }),
  z.object({ ok: z.literal(false), code: z.string().max(64), message: z.string().max(300) }),
]);
export type CaptureTaken = z.infer<typeof CaptureTaken>;

/** The device's answer to `device.commanded`. */
export const CommandDone = z.union([
  z.object({ ok: z.literal(true), outcome: CommandOutcome }),
  z.object({ ok: z.literal(false), code: z.string().max(64), message: z.string().max(300) }),
]);
export type CommandDone = z.infer<typeof CommandDone>;
