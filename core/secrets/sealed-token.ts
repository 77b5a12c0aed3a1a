import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { z } from "zod";

const MAC_BYTES = 32;

/** Tokens of one purpose: claims in the open, sealed by HMAC-SHA256 under a key derived for that purpose alone. */
export class TokenSealer<Claims extends z.ZodType> {
  readonly #key: Buffer;
  readonly #claims: Claims;

  constructor(secret: string, purpose: string, claims: Claims) {
    this.#key = deriveKey(secret, purpose);
    this.#claims = claims;
  }

  seal(claims: z.input<Claims>): string {
    const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
    return `${body}.${createHmac("sha256", this.#key).update(body).digest("base64url")}`;
  }

  /** The claims, or undefined when the token was not sealed here. Expiry is the caller's to check. */
  open(token: string): z.output<Claims> | undefined {
    const [body = "", mac = "", ...rest] = token.split(".");
    const given = Buffer.from(mac, "base64url");
    // One way of writing it: Node also reads a token with padding, or with other bits after the last byte.
    if (rest.length > 0 || given.length !== MAC_BYTES || given.toString("base64url") !== mac) return undefined;
    if (!timingSafeEqual(createHmac("sha256", this.#key).update(body).digest(), given)) return undefined;
    const claims = this.#claims.safeParse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
    return claims.success ? claims.data : undefined;
  }
}

/** HKDF-SHA256 (RFC 5869): one secret, one key per purpose. */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "nexbasira", purpose, 32));
}
