import { TokenBucket } from "./token-bucket.ts";

/** A person entering a full room sends some dozens at once; after that, hardly one in a second. */
const MESSAGES = { capacity: 150, perSecond: 30 };
/** A pen sends some 30 pieces a second; wiping a board by hand or pasting is a burst. */
const OPERATIONS = { capacity: 1_000, perSecond: 200 };
/** A pointer moves with the hand. It has a budget of its own, so that pointing never stands in the way of drawing. */
const POINTS = { capacity: 60, perSecond: 60 };
/** A device says how it is when that changes, at most every second. */
const REPORTS = { capacity: 10, perSecond: 2 };
/** Characters, or bytes of what is binary: parsing what is allowed by the other two must not hold up the other rooms either. */
const CHARACTERS = { capacity: 4 * 1024 * 1024, perSecond: 256 * 1024 };
/** So many refusals in a short time are no client of ours. */
const REFUSALS = { capacity: 2_000, perSecond: 20 };

/** How much one socket may send. */
export class MessageLimits {
  readonly #messages = new TokenBucket(MESSAGES);
  readonly #operations = new TokenBucket(OPERATIONS);
  readonly #points = new TokenBucket(POINTS);
  readonly #reports = new TokenBucket(REPORTS);
  readonly #characters = new TokenBucket(CHARACTERS);
  readonly #refusals = new TokenBucket(REFUSALS);
  #overdrawn = false;

  /** To be told of everything that arrives, before it is known what it is. */
  arrived(length: number): void {
    this.#overdrawn = !this.#characters.take(length);
  }

  allows(name: string, payload: unknown): boolean {
    if (this.#overdrawn) return false;
    switch (name) {
      case "board.operate":
        return this.#operations.take(countOperations(payload));
      case "board.point":
        return this.#points.take(1);
      case "device.report":
        return this.#reports.take(1);
      default:
        return this.#messages.take(1);
    }
  }

  /** False when the socket has been refused so often that it should be closed. */
  refused(): boolean {
    return this.#refusals.take(1);
  }
}

function countOperations(payload: unknown): number {
  if (typeof payload !== "object" || payload === null || !("operations" in payload)) return 1;
  return Array.isArray(payload.operations) ? Math.max(1, payload.operations.length) : 1;
}
