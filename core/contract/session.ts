import { z } from "zod";
import { Language, Latitude, Longitude, PlainText, StorableText, Timestamp, WebAddress } from "./common.ts";
import { EventName } from "./event-names.ts";

export const SessionStatus = z.enum(["pending", "active", "completed", "cancelled", "expired"]);
export type SessionStatus = z.infer<typeof SessionStatus>;

export const Mode = z.enum(["live", "test"]);
export type Mode = z.infer<typeof Mode>;

export const SignatureLevel = z.enum(["none", "ses", "aes", "qes"]);
export type SignatureLevel = z.infer<typeof SignatureLevel>;

/** E.164: a plus sign, a country code that does not start with 0, at most 15 digits. */
const Phone = z.string().regex(/^\+[1-9]\d{6,14}$/, "must be an E.164 number such as +33612345678");
const Email = z.email().max(254);

const InvitedParticipant = z
  .strictObject({
    name: PlainText(120),
    channel: z.enum(["sms", "email", "link"]),
    phone: Phone.optional(),
    email: Email.optional(),
    locale: Language.optional(),
  })
  .refine((p) => p.channel !== "sms" || p.phone !== undefined, {
    path: ["phone"],
    message: "is required when channel is sms",
  })
  .refine((p) => p.channel !== "email" || p.email !== undefined, {
    path: ["email"],
    message: "is required when channel is email",
  });

const ExpectedLocation = z.strictObject({
  address: PlainText(300).optional(),
  latitude: Latitude.optional(),
  longitude: Longitude.optional(),
});

const Metadata = z
  .record(StorableText.min(1).max(40), StorableText.max(500))
  .refine((map) => Object.keys(map).length <= 50, "must have at most 50 keys");

const DAY_S = 86_400;

/** The body of `POST /sessions`. */
export const CreateSession = z.strictObject({
  type: z.literal("field_inspection"),
  reference: PlainText(120),
  participant: InvitedParticipant,
  /** Where to send each event of this session. */
  callbacks: z.partialRecord(EventName, WebAddress).optional(),
  signature: z.strictObject({ level: SignatureLevel }).optional(),
  recording: z.boolean().optional(),
  /** The expected place. */
  location: ExpectedLocation.optional(),
  metadata: Metadata.optional(),
  /** Seconds until the link ends: 5 minutes to 30 days; 3 days when left out. */
  expires_in: z
    .number()
    .int()
    .min(300)
    .max(30 * DAY_S)
    .optional(),
});
export type CreateSession = z.infer<typeof CreateSession>;

export const DEFAULT_EXPIRY_S = 3 * DAY_S;

export const Session = z.object({
  id: z.string(),
  object: z.literal("session"),
  mode: Mode,
  type: z.literal("field_inspection"),
  status: SessionStatus,
  reference: z.string(),
  participant: z.object({
    name: z.string(),
    channel: z.enum(["sms", "email", "link"]),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    locale: Language,
  }),
  callbacks: z.record(z.string(), z.string()),
  signature: z.object({ level: SignatureLevel }),
  recording: z.boolean(),
  location: z
    .object({ address: z.string().nullable(), latitude: z.number().nullable(), longitude: z.number().nullable() })
    .nullable(),
  metadata: z.record(z.string(), z.string()),
  join_url: z.string(),
  created_at: Timestamp,
  expires_at: Timestamp,
  started_at: Timestamp.nullable(),
  completed_at: Timestamp.nullable(),
  /** Who ended it: a person in the console, the API, or time. */
  ended_by: z.enum(["console", "api", "time"]).nullable(),
});
export type Session = z.infer<typeof Session>;

export const CreateInvitation = z.strictObject({
  channel: z.enum(["sms", "email", "link"]).optional(),
  phone: Phone.optional(),
  email: Email.optional(),
  /** Whether the older links stop working. */
  revoke_previous: z.boolean().optional(),
});
export type CreateInvitation = z.infer<typeof CreateInvitation>;
