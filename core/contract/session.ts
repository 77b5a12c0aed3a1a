import { z } from "zod";
import {
  Language,
  Latitude,
  Longitude,
  PlainText,
  StorableText,
  StrictRecord,
  Timestamp,
  WebAddress,
} from "./common.ts";
import { EventName } from "./event-names.ts";
import { Page } from "./pagination.ts";

export const SessionStatus = z.enum(["pending", "active", "completed", "cancelled", "expired"]);
export type SessionStatus = z.infer<typeof SessionStatus>;

export const Mode = z.enum(["live", "test"]);
export type Mode = z.infer<typeof Mode>;

export const SignatureLevel = z.enum(["none", "ses", "aes", "qes"]);
export type SignatureLevel = z.infer<typeof SignatureLevel>;

/** E.164: a plus sign, a country code that does not start with 0, at most 15 digits. */
export const PhoneNumber = z.string().regex(/^\+[1-9]\d{6,14}$/, "must be an E.164 number such as +33612345678");
/** Dot-separated words, and a host name: RFC 5321, section 4.1.2, without what nobody uses. */
const EMAIL = /^[A-Za-z0-9_'+-]+(\.[A-Za-z0-9_'+-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;
/** At most 64 characters before the `@` (RFC 5321, section 4.5.3.1.1), which the format says and the pattern cannot. */
export const EmailAddress = z
  .email({ pattern: EMAIL })
  .max(254)
  .refine((address) => address.indexOf("@") <= 64, "must have at most 64 characters before the @");

export const InvitationChannel = z.enum(["sms", "email", "link"]);

export const InvitedParticipant = z
  .strictObject({
    name: PlainText(120),
    channel: InvitationChannel,
    phone: PhoneNumber.optional().describe("E.164, such as `+33612345678`; required for `sms`"),
    email: EmailAddress.optional().describe("Required for `email`"),
    locale: Language.optional().describe("The language of the message and of the participant's page; `en` without it"),
  })
  .refine((p) => p.channel !== "sms" || p.phone !== undefined, {
    path: ["phone"],
    message: "is required when channel is sms",
  })
  .refine((p) => p.channel !== "email" || p.email !== undefined, {
    path: ["email"],
    message: "is required when channel is email",
  })
  .meta({ allOf: [requiredWith("sms", "phone"), requiredWith("email", "email")] });

/** The same in JSON Schema, by the keywords that code generators leave out of the types. */
function requiredWith(channel: string, field: string) {
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema (Core 2020-12, section 10.2.2.2)
  return { if: { properties: { channel: { const: channel } } }, then: { required: [field] } };
}

export const ExpectedLocation = z.strictObject({
  address: PlainText(300).optional(),
  latitude: Latitude.optional(),
  longitude: Longitude.optional(),
});

const MetadataName = StorableText({ min: 1, max: 40 }).regex(/^(?!__proto__$)/, "is no name for a member");

const Metadata = StrictRecord(
  z
    .record(MetadataName, StorableText({ max: 500 }))
    .refine((map) => Object.keys(map).length <= 50, "must have at most 50 keys")
    .meta({ maxProperties: 50 }),
);

const DAY_S = 86_400;

/** What the participant is asked to sign with. */
export const RequestedSignature = z.strictObject({
  level: SignatureLevel,
  expires_in: z
    .number()
    .int()
    .min(3600)
    .max(90 * DAY_S)
    .optional()
    .describe(
      "With `aes` and `qes`: seconds that the finished report waits for the participant's signature, " +
        "1 hour to 90 days; 7 days without it, or what the installation is set to",
    ),
});

/** How long something is kept after a session's end, in days; null: for ever. */
export const RetentionDays = z.number().int().min(1).max(36_500).nullable();

/** A session's own rule, instead of the organization's. */
export const SessionRetention = z.strictObject({
  evidence_days: RetentionDays.describe(
    "Days after the end until the contents of the evidence are deleted; null keeps them for ever",
  ),
});

/** The body of `POST /sessions`. */
export const CreateSession = z.strictObject({
  type: z.literal("field_inspection"),
  reference: PlainText(120).describe("Your own name for it, such as a claim's number; shown to both sides"),
  participant: InvitedParticipant,
  callbacks: StrictRecord(z.partialRecord(EventName, WebAddress))
    .optional()
    .describe("Where to send which event of this session, signed with the organization's callback secret"),
  signature: RequestedSignature.optional().describe("What the participant is asked to sign with; nothing without it"),
  recording: z
    .boolean()
    .optional()
    .describe("Whether the call is recorded, where the participant agrees; it is by default"),
  location: ExpectedLocation.optional().describe("The expected place"),
  retention: SessionRetention.optional().describe(
    "How long the evidence is kept, instead of what the organization has set",
  ),
  metadata: Metadata.optional().describe(
    "Texts of your own, by names of your own: at most 50, given back as they came",
  ),
  expires_in: z
    .number()
    .int()
    .min(300)
    .max(30 * DAY_S)
    .optional()
    .describe("Seconds until the link ends: 5 minutes to 30 days; 3 days without it"),
});
export type CreateSession = z.infer<typeof CreateSession>;

export const DEFAULT_EXPIRY_S = 3 * DAY_S;

export const SessionParticipant = z.object({
  name: z.string(),
  channel: InvitationChannel,
  phone: z.string().nullable(),
  email: z.string().nullable(),
  locale: Language,
});

/** The expected place, as it was given. */
export const SessionLocation = z.object({
  address: z.string().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
});

export const Session = z.object({
  id: z.string(),
  object: z.literal("session"),
  mode: Mode,
  type: z.literal("field_inspection"),
  status: SessionStatus,
  reference: z.string(),
  participant: SessionParticipant,
  callbacks: z.record(z.string(), z.string()),
  signature: RequestedSignature,
  recording: z.boolean(),
  location: SessionLocation.nullable(),
  metadata: z.record(z.string(), z.string()),
  join_url: z.string(),
  created_at: Timestamp,
  expires_at: Timestamp,
  started_at: Timestamp.nullable(),
  completed_at: Timestamp.nullable(),
  /** Who ended it: a person in the console, the API, or time. */
  ended_by: z.enum(["console", "api", "time"]).nullable(),
  retention: SessionRetention.nullable().describe("The session's own rule; null where the organization's applies"),
  legal_hold: z.boolean().describe("While it is held nothing of it is deleted, whatever the rules say"),
  evidence_deleted_at: Timestamp.nullable().describe("Since when the contents of its evidence are deleted"),
});
export type Session = z.infer<typeof Session>;

export const SessionPage = Page(Session);
export type SessionPage = z.infer<typeof SessionPage>;

export const CreateInvitation = z.strictObject({
  channel: InvitationChannel.optional().describe("The session's own without it"),
  phone: PhoneNumber.optional().describe("Instead of the session's"),
  email: EmailAddress.optional().describe("Instead of the session's"),
  revoke_previous: z.boolean().optional().describe("True makes a new link, and the older ones stop working"),
});
export type CreateInvitation = z.infer<typeof CreateInvitation>;
