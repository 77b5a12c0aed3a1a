import { decryptFernet } from "@nexbasira/core/secrets/fernet.ts";

/** More than the endpoints that anybody's deliveries go to in a minute. */
const KEPT = 10_000;

/**
 * Decrypts signing secrets, each once: what a token stands for never changes. Which of them sign is not kept here, but read
 * with each claim.
 */
export class StoredSecrets {
  readonly #masterKeys: readonly string[];
  readonly #secrets = new Map<string, string | null>();

  constructor(masterKeys: readonly string[]) {
    this.#masterKeys = masterKeys;
  }

  /** Those that the master keys open: one may have been lost with an older key. */
  decrypt(tokens: readonly string[]): string[] {
    return tokens.map((token) => this.#decrypt(token)).filter((secret) => secret !== null);
  }

  #decrypt(token: string): string | null {
    const known = this.#secrets.get(token);
    if (known !== undefined) return known;
    if (this.#secrets.size >= KEPT) this.#secrets.clear();
    let secret: string | null = null;
    try {
      secret = decryptFernet(this.#masterKeys, token);
    } catch {
      // No key opens it, so nothing can be signed with it.
    }
    this.#secrets.set(token, secret);
    return secret;
  }
}
