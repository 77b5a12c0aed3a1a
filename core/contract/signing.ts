import { z } from "zod";
import { PlainText, Sha256, Timestamp } from "./common.ts";
import { EmailAddress, PhoneNumber, SignatureLevel } from "./session.ts";

/*
 * How a participant signs: what their page asks of the join link, and what an inspector does for it in the console.
 */

/** Digits of a one-time code. */
export const CODE_DIGITS = 6;
/** Wrong tries after which a code is void. */
export const MAX_CODE_ATTEMPTS = 5;

export const CodeChannel = z.enum(["sms", "email"]);
export type CodeChannel = z.infer<typeof CodeChannel>;

export const IdentityDocumentType = z.enum(["passport", "identity_card", "driving_licence", "residence_permit"]);
export type IdentityDocumentType = z.infer<typeof IdentityDocumentType>;

/**
 * A finished document that waits for its participant. `confirmed`: the code was right, and the signature is being made.
 * The last four are for good.
 */
export const SignatureRequestState = z.enum(["waiting", "confirmed", "signed", "refused", "expired", "given_up"]);
export type SignatureRequestState = z.infer<typeof SignatureRequestState>;

/** How the inspector knows who is in the live picture. */
export const IdentityProof = z.discriminatedUnion("method", [
  z.strictObject({
    method: z.literal("document"),
    document_type: IdentityDocumentType,
    /** ISO 3166-1 alpha-2. */
    issuing_country: z.string().regex(/^[A-Z]{2}$/, "must be a country's two letters"),
    /** The last characters of the document's number: enough to tell it from another, too few to be of use. */
    document_ending: z
      .string()
      .regex(/^[A-Z0-9]{1,4}$/, "must be at most 4 letters and digits")
      .optional(),
  }),
  z.strictObject({ method: z.literal("known") }),
  z.strictObject({ method: z.literal("other"), note: PlainText(300) }),
]);
export type IdentityProof = z.infer<typeof IdentityProof>;

/** `POST /console/api/sessions/{id}/identity`: the inspector vouches for whom they see. */
export const ConfirmIdentity = z.strictObject({
  /** As on the document; the certificate says it so. */
  name: PlainText(120),
  proof: IdentityProof,
});
export type ConfirmIdentity = z.infer<typeof ConfirmIdentity>;

/** `POST /console/api/sessions/{id}/code-recipient`: where codes go, for a participant without number and address. */
export const CodeRecipient = z
  .strictObject({
    channel: CodeChannel,
    phone: PhoneNumber.optional().describe("Required for `sms`"),
    email: EmailAddress.optional().describe("Required for `email`"),
  })
  .refine((to) => to.channel !== "sms" || to.phone !== undefined, {
    path: ["phone"],
    message: "is required when channel is sms",
  })
  .refine((to) => to.channel !== "email" || to.email !== undefined, {
    path: ["email"],
    message: "is required when channel is email",
  });
export type CodeRecipient = z.infer<typeof CodeRecipient>;

/** Who vouched for a signer, as everybody may read it. */
export const SignerIdentity = z.object({
  confirmed_by: z.string().describe("The member who saw the signer in the live picture"),
  method: z.enum(["document", "known", "other"]),
  at: Timestamp,
});
export type SignerIdentity = z.infer<typeof SignerIdentity>;

/** The code that a signature was given with. */
const SignerCode = z.object({
  channel: CodeChannel,
  sent_to: z.string().describe("Masked"),
  confirmed_at: Timestamp,
});

/** Somebody whose signature is in the evidence file, and what it stands on. */
export const EvidenceSigner = z.object({
  participant_id: z.string(),
  name: z.string(),
  level: SignatureLevel,
  signed_at: Timestamp,
  code: SignerCode.nullable().describe("Null where there was neither number nor address to send one to"),
  identity: SignerIdentity.nullable().describe("Null where nobody vouched for it"),
  certificate_subject: z.string().nullable().describe("Of the certificate in the signer's own name"),
  provider: z.string().nullable().describe("The remote signing service, where one signed"),
});
export type EvidenceSigner = z.infer<typeof EvidenceSigner>;

/** Where the signature of the finished document stands. */
export const SignerRequest = z.object({
  participant_id: z.string(),
  name: z.string(),
  level: SignatureLevel,
  state: SignatureRequestState,
  asked_at: Timestamp,
  expires_at: Timestamp,
});
export type SignerRequest = z.infer<typeof SignerRequest>;

/** How the newest code fares. */
export const CodeState = z.object({
  channel: CodeChannel,
  /** Masked. */
  sent_to: z.string(),
  status: z.enum(["none", "sending", "sent", "failed", "confirmed", "expired", "too_many"]),
  /** Seconds until another may be asked for; 0 for now. */
  resend_in_s: z.number().int(),
  attempts_left: z.number().int(),
});
export type CodeState = z.infer<typeof CodeState>;

/** Why a signature at a remote signing service did not go on. */
export const ProviderProblem = z.enum([
  /** Nobody with this login, or none of their credentials can sign. */
  "no_credential",
  /** The credential is not a qualified one, and the session asks for a qualified signature. */
  "not_qualified",
  /** The code or the PIN is wrong. */
  "wrong_code",
  /** The leave to sign has ended, or was used. */
  "ended",
  /** The person was turned away, or turned back. */
  "refused",
  /** The credential is locked, revoked, or has ended. */
  "unusable",
  /** The service gave no answer, or could not do it. */
  "down",
]);
export type ProviderProblem = z.infer<typeof ProviderProblem>;

/** What a remote signing service tells of the credential that signs. */
export const ProviderCredential = z.object({
  subject: z.string(),
  /** `oauth2code`: on the service's own page; `explicit`: by the factors. */
  mode: z.enum(["explicit", "oauth2code"]),
  factors: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(["password", "code", "elsewhere"]),
      /** In the service's words. */
      label: z.string().nullable(),
      numeric: z.boolean(),
    }),
  ),
});
export type ProviderCredential = z.infer<typeof ProviderCredential>;

/** One of the credentials that a person has at a remote signing service, for them to choose among. */
export const ProviderChoice = z.object({
  id: z.string(),
  /** As its certificate has it; the service's id of it where that cannot be read. */
  name: z.string(),
  valid_until: Timestamp.nullable(),
  /** Of its key, such as `ECDSA P-256`. */
  algorithm: z.string().nullable(),
  /** Why it cannot sign this report; null where it can. */
  problem: z.enum(["disabled", "expired", "revoked", "suspended", "unsupported", "not_qualified"]).nullable(),
});
export type ProviderChoice = z.infer<typeof ProviderChoice>;

/** Where a signature at a remote signing service stands. */
export const ProviderSigning = z.object({
  /** The service's host. */
  name: z.string(),
  /** `choosing`: several credentials can sign. `prepared`: it lacks the person's leave alone. */
  step: z.enum(["begun", "choosing", "preparing", "prepared"]),
  problem: ProviderProblem.nullable(),
  /** While they choose, and where none can sign. */
  choices: z.array(ProviderChoice),
  credential: ProviderCredential.nullable(),
  code_sent: z.boolean(),
});
export type ProviderSigning = z.infer<typeof ProviderSigning>;

/**
 * `POST /join/{token}/signing/provider/credential`: who the person is at the service, or which of their credentials there
 * signs; null for another than the one that was chosen.
 */
export const ChooseCredential = z.union([
  z.strictObject({ login: PlainText(200) }),
  z.strictObject({ credential_id: z.string().min(1).max(500).nullable() }),
]);
export type ChooseCredential = z.infer<typeof ChooseCredential>;

/** `POST /join/{token}/signing/provider/leave`: what the credential asks for, by the factor's id. */
export const ProviderLeave = z.strictObject({
  document_sha256: Sha256,
  answers: z.record(z.string().max(500), z.string().min(1).max(200)).refine((map) => Object.keys(map).length <= 10),
});
export type ProviderLeave = z.infer<typeof ProviderLeave>;

/** Where the browser goes, to the service's own page. */
export const ProviderWay = z.object({ url: z.url({ protocol: /^https?$/ }) });

/**
 * `GET /join/{token}/signing`: what there is to sign by this link.
 * `drawing`: in the call, by hand; `preparing`: the report is not there yet; `none`: nothing any more.
 */
export const Signing = z.object({
  state: z.enum(["none", "drawing", "preparing", "waiting", "confirmed", "signed", "refused", "expired", "given_up"]),
  level: SignatureLevel,
  reference: z.string(),
  /** Null where no code can be sent: there is neither number nor address. */
  code: CodeState.nullable(),
  /** The remote signing service at which the document is signed, instead of by a code of ours; null where there is none. */
  provider: ProviderSigning.nullable(),
  /** The rest is null unless the document waits, or has been signed. */
  name: z.string().nullable(),
  document: z.object({ sha256: Sha256, size: z.number().int(), url: z.string() }).nullable(),
  identity: SignerIdentity.nullable(),
  expires_at: Timestamp.nullable(),
  /** Whether the last try to sign failed on our side. */
  failed: z.boolean(),
});
export type Signing = z.infer<typeof Signing>;

/** `POST /join/{token}/signing/confirmation`. */
export const ConfirmCode = z.strictObject({
  code: z.string().regex(new RegExp(`^[0-9]{${CODE_DIGITS}}$`), `must be ${CODE_DIGITS} digits`),
  /** The document that the signer has before them; absent for the drawn signature. */
  document_sha256: Sha256.optional(),
});
export type ConfirmCode = z.infer<typeof ConfirmCode>;

/** What came of a code. Only `confirmed` is a yes. */
export const CodeOutcome = z.enum(["confirmed", "wrong", "none", "expired", "used", "too_many", "other_document"]);
export type CodeOutcome = z.infer<typeof CodeOutcome>;

export const ConfirmAnswer = z.object({ outcome: CodeOutcome, signing: Signing });
export type ConfirmAnswer = z.infer<typeof ConfirmAnswer>;
