export interface Ordered<T> {
  readonly item: T;
  /** Packets that are missing for good right before this one. */
  readonly lostBefore: number;
}

/** How long a hole stays open for a retransmission. Senders give up asking within this time, even at a round trip of 400 ms. */
const PATIENCE_MS = 4000;
/** The first packet to arrive need not be the first that was sent. */
const START_MS = 300;
/** A sender with more packets than this after a hole is not held up by it any longer. */
const MAX_WAITING = 4096;
/** A sequence number that lies further back than this, twice in a row, is a sender's new start (RFC 3550 appendix A.1). */
const MAX_MISORDER = 1000;

/**
 * Puts one stream's packets into the order of their extended sequence numbers (RFC 3550 section 5.1): wraparound,
 * misordered, repeated and late packets in, each packet once and in order out. Times are arrivals and only go on.
 */
export class SequenceOrder<T> {
  readonly #waiting = new Map<number, { item: T; arrivalMs: number }>();
  #firstArrivalMs = 0;
  /** Extended number of the next packet to give out; null until the stream has started. */
  #next: number | null = null;
  #highest: number | null = null;
  #suspectedStart: number | null = null;
  /** A new start hides how much was lost before it. */
  #restarted = false;

  /** `sequence` is the 16-bit number in the packet. Answers what can be given out now. */
  push(sequence: number, arrivalMs: number, item: T): Ordered<T>[] {
    if (this.#highest === null) this.#firstArrivalMs = arrivalMs;
    const highest = this.#highest ?? sequence;
    const extended = highest + (((sequence - highest) << 16) >> 16);
    if (this.#next !== null && extended < this.#next) {
      return this.#isNewStart(extended) ? this.#restart(extended, arrivalMs, item) : [];
    }
    this.#suspectedStart = null;
    this.#highest = Math.max(highest, extended);
    if (!this.#waiting.has(extended)) this.#waiting.set(extended, { item, arrivalMs });
    return this.advance(arrivalMs);
  }

  /** Gives out what has waited long enough, by the arrival of anything else. */
  advance(nowMs: number): Ordered<T>[] {
    if (this.#next === null) {
      if (this.#waiting.size === 0 || nowMs - this.#firstArrivalMs < START_MS) return [];
      this.#next = Math.min(...this.#waiting.keys());
    }
    return this.#drain(nowMs);
  }

  /** The stream is over: gives out all that is left. */
  flush(): Ordered<T>[] {
    this.#next ??= Math.min(...this.#waiting.keys());
    return this.#drain(Number.POSITIVE_INFINITY);
  }

  #drain(nowMs: number): Ordered<T>[] {
    const ordered: Ordered<T>[] = [];
    let next = this.#next ?? 0;
    let lostBefore = this.#restarted ? 1 : 0;
    while (this.#waiting.size > 0) {
      const entry = this.#waiting.get(next);
      if (entry) {
        ordered.push({ item: entry.item, lostBefore });
        this.#waiting.delete(next);
        this.#restarted = false;
        lostBefore = 0;
        next += 1;
        continue;
      }
      // A Map keeps the order of insertion, so its first entry is what has waited longest behind the hole.
      const [longest] = this.#waiting.values();
      if (longest && nowMs - longest.arrivalMs < PATIENCE_MS && this.#waiting.size < MAX_WAITING) break;
      const found = Math.min(...this.#waiting.keys());
      lostBefore += found - next;
      next = found;
    }
    this.#next = next;
    return ordered;
  }

  #isNewStart(extended: number): boolean {
    const confirmed = extended === this.#suspectedStart;
    this.#suspectedStart = this.#next !== null && this.#next - extended > MAX_MISORDER ? extended + 1 : null;
    return confirmed;
  }

  #restart(extended: number, arrivalMs: number, item: T): Ordered<T>[] {
    const ordered = this.flush();
    this.#waiting.set(extended, { item, arrivalMs });
    this.#next = extended;
    this.#highest = extended;
    this.#suspectedStart = null;
    this.#restarted = true;
    return [...ordered, ...this.#drain(arrivalMs)];
  }
}
