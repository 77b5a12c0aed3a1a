import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/*
 * Fernet tokens (github.com/fernet/spec): version 0x80, 64-bit seconds, 128-bit IV, AES-128-CBC with PKCS #7 padding,
 * HMAC-SHA256 over all of it; base64url. On node:crypto, since the npm library stands on an abandoned cipher package.
 */

const VERSION = 0x80;
const HEADER_BYTES = 1 + 8 + 16;
const MAC_BYTES = 32;

/** 32 bytes in base64url: 16 to sign, 16 to encrypt. */
export function newFernetKey(): string {
  return randomBytes(32).toString("base64url");
}

function splitKey(key: string): { signing: Buffer; encryption: Buffer } {
  const bytes = Buffer.from(key, "base64url");
  if (bytes.length !== 32) throw new Error("a Fernet key is 32 bytes in base64url");
  return { signing: bytes.subarray(0, 16), encryption: bytes.subarray(16) };
}

/** Encrypts under the first key. */
export function encryptFernet(keys: readonly string[], plain: string, now = Date.now(), iv = randomBytes(16)): string {
  const [first] = keys;
  if (first === undefined) throw new Error("no Fernet key");
  const { signing, encryption } = splitKey(first);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(Math.floor(now / 1000)));
  const cipher = createCipheriv("aes-128-cbc", encryption, iv);
  const signed = Buffer.concat([Buffer.of(VERSION), time, iv, cipher.update(plain, "utf8"), cipher.final()]);
  const token = Buffer.concat([signed, createHmac("sha256", signing).update(signed).digest()]);
  return padded(token.toString("base64url"));
}

/** By how much the clocks of two machines may differ: the specification's `max_clock_skew`. */
const CLOCK_SKEW_S = 60;

/**
 * Decrypts with whichever key made the token; throws when none did or the token was altered. With `maximumAge_s`, also
 * when it is older than so many seconds, or from more than a minute ahead (the specification's "Verifying", step 3).
 */
export function decryptFernet(
  keys: readonly string[],
  token: string,
  { maximumAge_s, now = Date.now() }: { maximumAge_s?: number; now?: number } = {},
): string {
  const bytes = Buffer.from(token, "base64url");
  // One way of writing it: Node also reads a token with other characters among those of base64url.
  const written = padded(bytes.toString("base64url")) === token;
  if (!written || bytes.length < HEADER_BYTES + 16 + MAC_BYTES || bytes[0] !== VERSION) {
    throw new Error("not a Fernet token");
  }
  const signed = bytes.subarray(0, -MAC_BYTES);
  for (const key of keys) {
    const { signing, encryption } = splitKey(key);
    if (!timingSafeEqual(createHmac("sha256", signing).update(signed).digest(), bytes.subarray(-MAC_BYTES))) continue;
    if (maximumAge_s !== undefined) checkAge(Number(bytes.readBigUInt64BE(1)), maximumAge_s, Math.floor(now / 1000));
    const decipher = createDecipheriv("aes-128-cbc", encryption, signed.subarray(9, HEADER_BYTES));
    return decipher.update(signed.subarray(HEADER_BYTES), undefined, "utf8") + decipher.final("utf8");
  }
  throw new Error("no key opens this Fernet token");
}

function checkAge(made_s: number, maximumAge_s: number, now_s: number): void {
  if (made_s + maximumAge_s < now_s) throw new Error("the Fernet token is too old");
  if (made_s > now_s + CLOCK_SKEW_S) throw new Error("the Fernet token is from the future");
}

function padded(base64url: string): string {
  return base64url.padEnd(Math.ceil(base64url.length / 4) * 4, "=");
}
