/** Up to this size a file is read whole and hashed by the browser itself; above it, piece by piece. */
const WHOLE_UP_TO = 32 * 1024 * 1024;
const PIECE = 4 * 1024 * 1024;

/** The SHA-256 of a file in lower-case hexadecimal, never holding more than 32 MiB of it in memory. */
export async function hashBlob(blob: Blob): Promise<string> {
  const digest =
    blob.size <= WHOLE_UP_TO
      ? new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()))
      : await hashPieces(blob);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Web Crypto has no digest in pieces, so a large file is hashed by a library, fetched only when it is needed. */
async function hashPieces(blob: Blob): Promise<Uint8Array> {
  const { sha256 } = await import("@noble/hashes/sha2.js");
  const hash = sha256.create();
  for (let start = 0; start < blob.size; start += PIECE) {
    hash.update(new Uint8Array(await blob.slice(start, start + PIECE).arrayBuffer()));
  }
  return hash.digest();
}
