import { z } from "zod";

/*
 * What a participant's phone says of itself, and what the inspector may have it do. What a browser does not tell is null.
 */

const Text = z.string().max(200);

/** One of the phone's cameras. */
export const Lens = z.strictObject({
  lens_id: Text.min(1),
  label: Text,
  /** Away from the person, or at them; null where cameras have no side. */
  facing: z.enum(["environment", "user"]).nullable(),
});
export type Lens = z.infer<typeof Lens>;

/** How the camera in use is set, and what it can be set to (W3C mediacapture-streams and mediacapture-image). */
export const CameraState = z.strictObject({
  lens_id: Text.nullable(),
  lenses: z.array(Lens).max(16),
  /** Null where the page may not switch the torch. */
  torch: z.boolean().nullable(),
  /** Null where the page may not zoom. 1 is the whole picture on most phones. */
  zoom: z.strictObject({ factor: z.number(), least: z.number(), most: z.number(), step: z.number().min(0) }).nullable(),
  /** The picture's height in pixels, held upright or not: its shorter side. */
  resolution: z.number().int().min(0).nullable(),
  /** What `resolution` can be set to. */
  resolutions: z.array(z.number().int().min(1)).max(8),
  /** Whether the picture is held still on the phone. */
  frozen: z.boolean(),
  /** Whether photos come from the still camera, in the sensor's resolution. */
  takes_photos: z.boolean(),
});
export type CameraState = z.infer<typeof CameraState>;

/** How much of the camera's picture is sent. Sound is never given up. */
export const SendingLevel = z.enum(["full", "low_frame_rate", "stills"]);
export type SendingLevel = z.infer<typeof SendingLevel>;

/** Why it is not all of it: the way out is too narrow, loses too much, or the phone does not manage to encode more. */
export const SendingReason = z.enum(["bandwidth", "loss", "cpu"]);
export type SendingReason = z.infer<typeof SendingReason>;

export const DeviceState = z.strictObject({
  /** `level` from 0 to 1. */
  battery: z.strictObject({ level: z.number().min(0).max(1), charging: z.boolean() }).nullable(),
  network: z.strictObject({
    type: z.enum(["wifi", "cellular", "ethernet", "other"]).nullable(),
    round_trip_ms: z.number().min(0).nullable(),
    /** Of the packets sent, 0 to 1. */
    loss: z.number().min(0).max(1).nullable(),
    /** What gets out, bits per second. */
    available_bitrate: z.number().min(0).nullable(),
  }),
  /** Null while no camera is sent. */
  sending: z.strictObject({ level: SendingLevel, reason: SendingReason.nullable() }).nullable(),
  /** Null while there is no camera. */
  camera: CameraState.nullable(),
  /** Whether the page is in front; in the background phones stop the camera. */
  visible: z.boolean(),
  /** Captures that are on the phone and not yet received. */
  waiting_captures: z.number().int().min(0),
});
export type DeviceState = z.infer<typeof DeviceState>;

/** What the inspector may have the phone do. */
export const DeviceCommand = z.discriminatedUnion("command", [
  z.strictObject({ command: z.literal("torch"), on: z.boolean() }),
  z.strictObject({ command: z.literal("zoom"), factor: z.number().min(0.1).max(100) }),
  z.strictObject({ command: z.literal("lens"), lens_id: Text.min(1) }),
  z.strictObject({ command: z.literal("resolution"), resolution: z.number().int().min(1).max(10_000) }),
  /** Holds the picture still on the phone, or lets it go on. */
  z.strictObject({ command: z.literal("freeze"), on: z.boolean() }),
]);
export type DeviceCommand = z.infer<typeof DeviceCommand>;
