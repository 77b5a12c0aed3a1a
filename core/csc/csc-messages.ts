import { z } from "zod";

/*
 * The answers of a remote signing service, by CSC API v2.0.0.2 (Cloud Signature Consortium). What is not used is not
 * asked for; what is too large is refused.
 */

const Short = z.string().max(500);
/** Base64 of up to 16 KiB. */
const Base64 = z
  .string()
  .max(24_000)
  .regex(/^[A-Za-z0-9+/\s]+={0,2}\s*$/, "must be base64");

/** Clause 11.1. */
export const Info = z.object({
  name: Short.default(""),
  methods: z.array(Short).max(100),
  authType: z.array(Short).max(20).default([]),
  oauth2: Short.optional(),
  oauth2Issuer: Short.optional(),
});
export type Info = z.infer<typeof Info>;

/** RFC 8414, clause 2. */
export const AuthorizationServer = z.object({
  issuer: Short,
  authorization_endpoint: Short,
  token_endpoint: Short,
});

/** Clause 8.4.4; an hour where nothing is said. */
export const Token = z.object({
  access_token: z.string().min(1).max(16_000),
  token_type: z
    .string()
    .regex(/^bearer$/i, "must be Bearer")
    .default("Bearer"),
  expires_in: z.number().positive().max(31_536_000).default(3600),
  credentialID: Short.optional(),
});

/** What a credential asks for before it signs (clause 8.3). */
const AuthObject = z.object({
  type: z.enum(["Password", "PasswordOOB", "ChallengeResponse", "ChallengeResponseOOB"]),
  id: Short,
  format: z.enum(["A", "N"]).optional(),
  label: Short.optional(),
  description: Short.optional(),
  generator: Short.optional(),
});

/** Clause 11.5. */
export const CredentialInfo = z.object({
  key: z.object({
    status: z.enum(["enabled", "disabled"]),
    algo: z.array(Short).min(1).max(50),
  }),
  cert: z.object({
    status: z.enum(["valid", "expired", "revoked", "suspended"]).default("valid"),
    certificates: z.array(Base64).min(1).max(10),
  }),
  auth: z.object({
    mode: z.enum(["explicit", "oauth2code"]),
    objects: z.array(AuthObject).max(10).default([]),
  }),
});
export type CredentialInfo = z.infer<typeof CredentialInfo>;

/** Clause 11.4; not every service gives `credentialInfos`, or gives them whole. */
export const CredentialList = z.object({
  credentialIDs: z.array(Short).max(100),
  credentialInfos: z
    .array(z.looseObject({ credentialID: Short }))
    .max(100)
    .optional(),
});

/** Clauses 11.6 and 11.7: allowed, or still waiting for something that happens elsewhere. */
export const Authorization = z.union([
  z.object({ SAD: z.string().min(1).max(16_000), expiresIn: z.number().positive().default(3600) }),
  z.object({ handle: z.string().min(1).max(2000) }),
]);

/** Clause 11.8; nothing where the challenge was sent to the person. */
export const Challenge = z
  .object({ challenge: Short })
  .nullable()
  .transform((answer) => answer?.challenge ?? null);

/** Clause 11.10, in its synchronous form. */
export const Signatures = z.object({ signatures: z.tuple([Base64]) });
