import type { HashAlgorithm } from "@nexbasira/core/authority/hash-algorithm.ts";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { Unreadable } from "./report.ts";

/** What a signature covers: all of the first `end` bytes but those from `gap[0]` to `gap[1]` (excluded). */
export interface CoveredRange {
  algorithm: HashAlgorithm;
  gap: readonly [start: number, end: number];
  end: number;
}

export const HASHES = { "SHA-256": sha256, "SHA-384": sha384, "SHA-512": sha512 } as const;
const CHUNK = 1024 * 1024;
/** What may be hashed more than once, in bytes: signatures that each leave out the file's beginning. */
const MAX_AGAIN = 2 ** 30;

/**
 * The digests of what signatures cover, in one pass: they share their beginning, and each goes on by itself from its own
 * gap, so that a file that was signed five times is read once. Web Crypto cannot: it digests one whole array.
 *
 * @param onProgress gets a share from 0 to 1; where it is a promise, it is waited for
 */
export async function digestRanges(
  bytes: Uint8Array,
  ranges: readonly CoveredRange[],
  onProgress?: (share: number) => void | Promise<void>,
): Promise<Uint8Array[]> {
  const again = ranges.reduce((sum, { gap, end }) => sum + end - gap[1], 0);
  if (again > MAX_AGAIN) throw new Unreadable("too_large", "the PDF's signatures cover too much");
  const algorithms = [...new Set(ranges.map(({ algorithm }) => algorithm))];
  const shared = algorithms.map((algorithm) => ({
    algorithm,
    state: HASHES[algorithm].create(),
    until: Math.max(...ranges.filter((range) => range.algorithm === algorithm).map(({ gap }) => gap[0])),
  }));
  const states = new Map<CoveredRange, ReturnType<(typeof HASHES)[HashAlgorithm]["create"]>>();
  const stops = [...new Set(ranges.flatMap(({ gap, end }) => [gap[0], gap[1], end]))].sort((a, b) => a - b);
  const last = stops.at(-1) ?? 0;
  for (let at = 0; ; ) {
    for (const range of ranges) {
      const common = shared.find(({ algorithm }) => algorithm === range.algorithm);
      if (range.gap[0] === at && common) states.set(range, common.state.clone());
    }
    if (at >= last) break;
    const to = Math.min(stops.find((stop) => stop > at) ?? last, at + CHUNK);
    const piece = bytes.subarray(at, to);
    for (const { state, until } of shared) if (at < until) state.update(piece);
    for (const range of ranges) if (at >= range.gap[1] && at < range.end) states.get(range)?.update(piece);
    at = to;
    await onProgress?.(at / last);
  }
  return ranges.map((range) => states.get(range)?.digest() ?? new Uint8Array());
}
