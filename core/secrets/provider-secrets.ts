import { z } from "zod";
import { decryptFernet, encryptFernet } from "./fernet.ts";

const Ending = z.object({ value: z.string(), expires_at: z.string() });

/** What a signature at a remote signing service needs for some minutes. */
const ProviderSecrets = z.object({
  /** The person's own token there; absent where ours does. */
  token: Ending.optional(),
  /** The leave to sign: a SAD. */
  sad: Ending.optional(),
  /** Of the sign-in under way at the service's own page. */
  way: z
    .object({
      /** RFC 7636. */
      verifier: z.string(),
      scope: z.enum(["service", "credential"]),
      /** The join link's that it began at, and the organization's own host, where it began there. */
      token: z.string(),
      host: z.string().nullable(),
    })
    .optional(),
});
export type ProviderSecrets = z.infer<typeof ProviderSecrets>;

export function sealProviderSecrets(masterKeys: readonly string[], secrets: ProviderSecrets): string {
  return encryptFernet(masterKeys, JSON.stringify(secrets));
}

/** Nothing where there is none; throws where no key opens them any more. */
export function openProviderSecrets(masterKeys: readonly string[], sealed: string | null): ProviderSecrets {
  return sealed === null ? {} : ProviderSecrets.parse(JSON.parse(decryptFernet(masterKeys, sealed)));
}
