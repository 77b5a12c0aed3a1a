import { z } from "zod";

/** What a server says of its own authorities, for the verification page. */
export const VerificationTrust = z.object({
  /** Root certificates, PEM. */
  roots: z.string(),
  /** Ed25519 keys that have signed its audit logs' checkpoints, each 32 bytes in base64. */
  log_keys: z.array(z.string()),
  /** Whether one of the roots is the development authority's, which proves nothing to anybody else. */
  development: z.boolean(),
});
export type VerificationTrust = z.infer<typeof VerificationTrust>;
