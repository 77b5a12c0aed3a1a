/** How many measurements count; older ones fall out, so that a clock that was set is noticed. */
const KEPT = 5;

interface Measurement {
  /** From sending to the answer, ms. */
  roundTrip: number;
  offset: number;
}

/**
 * The server's clock minus this device's, measured as NTP does: the answer's time is taken to be of the middle of the
 * round trip, and the quickest round trip of the last few is believed, since its error is at most half of it.
 */
export class ClockOffset {
  #measurements: Measurement[] = [];

  /** All times in ms since 1970; `sentAt` and `receivedAt` by this device's clock. */
  record(sentAt: number, receivedAt: number, serverTime: number): void {
    const roundTrip = Math.max(0, receivedAt - sentAt);
    const offset = Math.round(serverTime + roundTrip / 2 - receivedAt);
    this.#measurements = [...this.#measurements, { roundTrip, offset }].slice(-KEPT);
  }

  /** In milliseconds; null if it was never measured. */
  get offsetMs(): number | null {
    const best = this.#measurements.reduce<Measurement | undefined>(
      (a, b) => (a === undefined || b.roundTrip <= a.roundTrip ? b : a),
      undefined,
    );
    return best?.offset ?? null;
  }
}
