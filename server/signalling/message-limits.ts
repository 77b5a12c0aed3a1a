import { TokenBucket } from "./token-bucket.ts";

/** A person entering a full room sends some dozens at once; after that, hardly one in a second. */
const MESSAGES = { capacity: 150, perSecond: 30 };
/** A pen sends some 30 pieces a second; wiping a board by hand or pasting is a burst. */
const OPERATIONS = { capacity: 1_000, perSecond: 200 };
/** Characters: parsing what is allowed by the other two must not hold up the other rooms either. */
const CHARACTERS = { capacity: 4 * 1024 * 1024, perSecond: 256 * 1024 };
/** So many refusals in a short time are no client of ours. */
const REFUSALS = { capacity: 2_000, perSecond: 20 };

/** How much one socket may send. */
export class MessageLimits {
  readonly #messages = new TokenBucket(MESSAGES);
  readonly #operations = new TokenBucket(OPERATIONS);
  readonly #characters = new TokenBucket(CHARACTERS);
  readonly #refusals = new TokenBucket(REFUSALS);
  #overdrawn = false;

  /** To be told of everything that arrives, before it is known what it is. */
  arrived(characters: number): void {
    this.#overdrawn = !this.#characters.take(characters);
  }

  allows(name: string, payload: unknown): boolean {
    if (this.#overdrawn) return false;
    if (name !== "board.operate") return this.#messages.take(1);
    return this.#operations.take(countOperations(payload));
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
