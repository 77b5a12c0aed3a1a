import type { DeviceState } from "@nexbasira/core/contract/device.ts";

/** Reports are at least so far apart, ms. */
const AT_MOST_EVERY_MS = 1_000;

export interface DeviceReporterOptions {
  read: () => DeviceState;
  /** Resolves when the room has it; rejects where it did not get there. */
  send: (state: DeviceState) => Promise<unknown>;
}

/**
 * Tells the room what the phone says of itself: at once on entering, then what has changed, at most once a second. What
 * did not get through is told with the next change, or on entering again.
 */
export class DeviceReporter {
  readonly #options: DeviceReporterOptions;
  #inRoom = false;
  #told: string | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: DeviceReporterOptions) {
    this.#options = options;
  }

  /** The room was entered, or entered anew, in which nothing is known of this phone. */
  entered(): void {
    this.#inRoom = true;
    this.#told = undefined;
    this.#tell();
  }

  /** The room cannot be reached. */
  left(): void {
    this.#inRoom = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Something may have changed. */
  readonly changed = (): void => {
    if (!this.#inRoom || this.#timer !== undefined) return;
    const wait = this.#toldAt + AT_MOST_EVERY_MS - Date.now();
    if (wait <= 0) this.#tell();
    else this.#timer = setTimeout(() => this.#tell(), wait);
  };

  close(): void {
    this.left();
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const state = this.#options.read();
    const text = JSON.stringify(state);
    if (text === this.#told) return;
    this.#told = text;
    this.#toldAt = Date.now();
    this.#options.send(state).catch(() => {
      if (this.#told === text) this.#told = undefined;
    });
  }
}
