import { z } from "zod";

/** A root that a server names as its own: its word, and that of no independent authority. */
const OwnAuthority = z.object({
  /** Subject, as text for people. */
  name: z.string(),
  /** What stands below it: seals of evidence, people's short-lived certificates, time stamps. */
  used_for: z.enum(["seals", "signers", "time_stamps"]),
  /** Whether the server made it for itself: it proves nothing to anybody else then. */
  development: z.boolean(),
});

/** What a server says of its own authorities, for the verification page. */
export const VerificationTrust = z.object({
  /** Root certificates, PEM. */
  roots: z.string(),
  /** Whose they are; a certificate may be there for several uses. */
  authorities: z.array(OwnAuthority),
  /** Ed25519 keys that have signed its audit logs' checkpoints, each 32 bytes in base64. */
  log_keys: z.array(z.string()),
  /** Whether one of the roots is the development authority's. */
  development: z.boolean(),
});
export type VerificationTrust = z.infer<typeof VerificationTrust>;
