import type { CaptureTaken } from "@nexbasira/core/contract/signalling.ts";

/** How many requests are remembered; nobody repeats one that is older. */
const REMEMBERED = 100;

/** The snapshots that were asked for in a room, so that one request takes one photo however often it is sent. */
export class SnapshotRequests {
  readonly #answers = new Map<string, Promise<CaptureTaken>>();

  /**
   * Asks the device by `ask`, or waits for what it answers to the same request already. A request that the device has
   * refused, or not answered in time, may be made again.
   */
  once(requestId: string, ask: () => Promise<CaptureTaken>): { taken: Promise<CaptureTaken>; isNew: boolean } {
    const earlier = this.#answers.get(requestId);
    if (earlier) return { taken: earlier, isNew: false };
    const taken = ask().then((answer) => {
      if (!answer.ok) this.#answers.delete(requestId);
      return answer;
    });
    this.#answers.set(requestId, taken);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > REMEMBERED && oldest !== undefined) this.#answers.delete(oldest);
    return { taken, isNew: true };
  }
}
