import { createHmac, hkdfSync } from "node:crypto";

/** What is derived from one of the operator's storage keys, so that no key has two uses. */
export interface SealingKey {
  /** Says which key a file was sealed with, and nothing about the key. */
  readonly id: Buffer;
  /** AES-256, for the data keys alone. */
  readonly wrapping: Buffer;
  /** HMAC-SHA256, for the names of files. */
  readonly naming: Buffer;
}

/** The first one seals; each of them opens what it sealed. Without one, nothing is sealed. */
export type SealingKeys = readonly SealingKey[];

export const NO_SEALING_KEYS: SealingKeys = [];
export const KEY_ID_BYTES = 8;

/** From 32 random bytes each, in base64 or base64url (HKDF-SHA256, RFC 5869). */
export function deriveSealingKeys(keys: readonly string[]): SealingKeys {
  return keys.map((key) => {
    const secret = Buffer.from(key, "base64url");
    if (secret.length !== 32) throw new Error("a storage key is 32 bytes in base64url");
    const derive = (use: string, bytes: number) =>
      Buffer.from(hkdfSync("sha256", secret, "", `nexbasira storage ${use}`, bytes));
    return { id: derive("id", KEY_ID_BYTES), wrapping: derive("wrapping", 32), naming: derive("naming", 32) };
  });
}

/**
 * A name for content that tells nobody without the key which content it is: its SHA-256 alone would let whoever holds
 * the disk confirm that a file they know is on it.
 */
export function sealedName(key: SealingKey, sha256: string): string {
  return createHmac("sha256", key.naming).update(sha256).digest("hex");
}
