import { z } from "zod";
import { Language, PlainText, Role, StorableText } from "./common.ts";
import { SignatureLevel } from "./session.ts";

/** What a join link leads to. Anything but `open` is a page that says so. */
export const JoinState = z.enum(["open", "completed", "cancelled", "expired", "replaced"]);
export type JoinState = z.infer<typeof JoinState>;

export const Brand = z.object({
  name: z.string(),
  accent: z.string(),
  theme: z.enum(["light", "dark", "system"]),
  logo_url: z.string().nullable(),
});
export type Brand = z.infer<typeof Brand>;

/** The participant's copy of the evidence file, while it may be had. */
export const ParticipantCopy = z.object({
  status: z.enum(["preparing", "ready"]),
  /** `GET` leads to the file and is logged; null while it is prepared. */
  url: z.string().nullable(),
});
export type ParticipantCopy = z.infer<typeof ParticipantCopy>;

/** `GET /join/{token}`: what the welcome page needs. An unknown token is 404 `not_found`. */
export const JoinInfo = z.object({
  state: JoinState,
  brand: Brand,
  language: Language,
  /** Null unless `state` is open: a dead link tells nothing about its session. */
  session: z
    .object({
      id: z.string(),
      reference: z.string(),
      participant_name: z.string(),
      /** Who invites; null when an integration made the session. */
      inviter: z.string().nullable(),
      expected_address: z.string().nullable(),
      signature_level: SignatureLevel,
      recording: z.boolean(),
      expires_at: z.string(),
    })
    .nullable(),
  /** Null unless `state` is completed and the organization allows it. */
  copy: ParticipantCopy.nullable(),
});
export type JoinInfo = z.infer<typeof JoinInfo>;

/** The version of the consent texts in the translation files; raised with every change of their meaning. */
export const CONSENT_TEXT_VERSION = "2026-11";
const ConsentTextVersion = z.string().regex(/^[0-9]{4}-[0-9]{2}$/, "is not a year and a month");

const Pixels = z.number().int().min(0).max(100_000);

export const Device = z.strictObject({
  /** Made by the device once and kept: tells a rejoin from a second device. */
  id: z.uuid(),
  user_agent: StorableText({ max: 500 }),
  screen: z.strictObject({ width: Pixels, height: Pixels, pixel_ratio: z.number().min(0).max(100) }).optional(),
});
export type Device = z.infer<typeof Device>;

/** `POST /join/{token}`: the participant enters with what they consent to. */
export const JoinRequest = z.strictObject({
  device: Device,
  language: Language,
  consent_text_version: ConsentTextVersion,
  consents: z.strictObject({
    camera: z.boolean(),
    microphone: z.boolean(),
    location: z.boolean(),
    recording: z.boolean(),
  }),
});
export type JoinRequest = z.infer<typeof JoinRequest>;

/** `POST /console/api/sessions/{id}/join`: a member enters as inspector or observer. */
export const StaffJoinRequest = z.strictObject({
  device: Device,
  role: z.enum(["inspector", "observer"]),
  /** In which the consent was asked for. */
  language: Language,
  /** Whether their voice and camera may be in a recording; what is not consented to is not recorded. */
  consents: z.strictObject({ recording: z.boolean() }),
  consent_text_version: ConsentTextVersion,
});
export type StaffJoinRequest = z.infer<typeof StaffJoinRequest>;

/** The way into the room, for both sides. */
export const JoinAnswer = z.object({
  session_id: z.string(),
  participant_id: z.string(),
  role: Role,
  name: z.string(),
  /** Bearer token for the socket (`auth.token`) and for `/uploads`; opens this session for this role only. */
  access_token: z.string(),
  /** The socket's path on this host: `/media/<node>/socket.io`. */
  socket_path: z.string(),
  /** The server's clock, for the offset: milliseconds since 1970. */
  server_time_ms: z.number(),
});
export type JoinAnswer = z.infer<typeof JoinAnswer>;

/** What an access token says. */
export const AccessClaims = z.object({
  session_id: z.string(),
  participant_id: z.string(),
  role: Role,
  name: PlainText(200),
  device_id: z.string(),
  /** Seconds since 1970. */
  expires_at: z.number().int(),
});
export type AccessClaims = z.infer<typeof AccessClaims>;
