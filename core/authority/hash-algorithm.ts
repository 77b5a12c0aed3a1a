/** The hash functions that signatures and time stamps may use here; SHA-1 and MD5 are refused everywhere. */
export type HashAlgorithm = "SHA-256" | "SHA-384" | "SHA-512";

/** Object identifier (RFC 5754, clause 2) and digest length in bytes. */
export const HASH_ALGORITHMS: Readonly<Record<HashAlgorithm, { oid: string; length: number }>> = {
  "SHA-256": { oid: "2.16.840.1.101.3.4.2.1", length: 32 },
  "SHA-384": { oid: "2.16.840.1.101.3.4.2.2", length: 48 },
  "SHA-512": { oid: "2.16.840.1.101.3.4.2.3", length: 64 },
};

/** The hash function with this object identifier, or null where it is none of those accepted. */
export function findHashAlgorithm(oid: string): HashAlgorithm | null {
  if (oid === HASH_ALGORITHMS["SHA-256"].oid) return "SHA-256";
  if (oid === HASH_ALGORITHMS["SHA-384"].oid) return "SHA-384";
  if (oid === HASH_ALGORITHMS["SHA-512"].oid) return "SHA-512";
  return null;
}

/** The digest of bytes that fit in memory, by Web Crypto. */
export async function digest(
  algorithm: HashAlgorithm,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest(algorithm, bytes));
}

/** Whether two byte strings are the same; not in constant time, so for public values only. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
