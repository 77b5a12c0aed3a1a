/** What is to be closed at the end, from the last that was opened to the first. */
export class ClosingOrder {
  readonly #closers: (() => unknown)[] = [];

  /** `close` is called once, and waited for before those that were added earlier are closed. */
  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** Closes everything, also where some of it fails; the first failure is thrown then. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#closers.pop(); close; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
