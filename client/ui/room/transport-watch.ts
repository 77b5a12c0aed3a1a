/** After this long without a connection, ICE is restarted. */
const RESTART_AFTER_MS = 1_000;
/** After this long without a connection, the transport is given up and a new one is made. */
const GIVE_UP_AFTER_MS = 8_000;

export type TransportState = "new" | "connecting" | "connected" | "failed" | "disconnected" | "closed";

export interface TransportWatchOptions {
  restartIce: () => void;
  giveUp: () => void;
}

/**
 * Decides what to do for a transport that lost its way: a connection that drops may mend itself within a second
 * (a lift, a change of cell), then ICE is restarted, and after eight seconds the transport is replaced.
 */
export class TransportWatch {
  readonly #options: TransportWatchOptions;
  #state: TransportState = "new";
  #restart: ReturnType<typeof setTimeout> | undefined;
  #giveUp: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: TransportWatchOptions) {
    this.#options = options;
  }

  get state(): TransportState {
    return this.#state;
  }

  report(state: TransportState): void {
    if (this.#closed) return;
    this.#state = state;
    if (state === "new" || state === "connected" || state === "closed") {
      this.#clear();
      return;
    }
    this.#giveUp ??= setTimeout(() => {
      this.#clear();
      this.#options.giveUp();
    }, GIVE_UP_AFTER_MS);
    if (state === "connecting") return;
    clearTimeout(this.#restart);
    this.#restart = setTimeout(this.#options.restartIce, state === "failed" ? 0 : RESTART_AFTER_MS);
  }

  /** The network or the page came back: a transport that is not connected is restarted at once. */
  nudge(): void {
    if (this.#closed || (this.#state !== "disconnected" && this.#state !== "failed")) return;
    clearTimeout(this.#restart);
    this.#options.restartIce();
  }

  close(): void {
    this.#closed = true;
    this.#clear();
  }

  #clear(): void {
    clearTimeout(this.#restart);
    clearTimeout(this.#giveUp);
    this.#restart = undefined;
    this.#giveUp = undefined;
  }
}
