import { write, writeSync } from "node:fs";

const STANDARD_OUTPUT = 1;
const AGAIN_MS = 20;
/** How long the last lines may take at the process's end, where their reader is slow. */
const LAST_LINES_MS = 1_000;

/**
 * Standard output for log lines: in the background, and many at once where they come fast. Where nobody reads it any
 * longer, they are dropped. Pino's own destination writes its last lines again and again then, and a process that is told
 * to stop would stay for ever (sonic-boom's `flushSync`, which takes every error for one that passes).
 */
export class StandardOutput {
  #waiting = "";
  #isWriting = false;
  #isBroken = false;

  constructor() {
    process.on("exit", () => this.flushSync());
  }

  write(line: string): void {
    if (this.#isBroken) return;
    this.#waiting += line;
    if (!this.#isWriting) this.#writeNext();
  }

  /** Writes what waits before it returns, or gives it up. */
  flushSync(): void {
    if (this.#waiting === "") return;
    // What is being written in the background goes first; nobody tells here that it has.
    if (this.#isWriting) sleep(AGAIN_MS);
    const until = Date.now() + LAST_LINES_MS;
    let rest = Buffer.from(this.#waiting);
    this.#waiting = "";
    while (rest.length > 0 && !this.#isBroken && Date.now() < until) {
      try {
        rest = rest.subarray(writeSync(STANDARD_OUTPUT, rest));
      } catch (error) {
        if (isBusy(error)) sleep(AGAIN_MS);
        else this.#isBroken = true;
      }
    }
  }

  #writeNext(): void {
    const lines = Buffer.from(this.#waiting);
    this.#waiting = "";
    this.#isWriting = lines.length > 0;
    if (this.#isWriting) this.#writeBytes(lines);
  }

  #writeBytes(bytes: Buffer): void {
    write(STANDARD_OUTPUT, bytes, (error, written) => {
      if (error && isBusy(error)) setTimeout(() => this.#writeBytes(bytes), AGAIN_MS);
      else if (error) this.#isBroken = true;
      else if (written < bytes.length) this.#writeBytes(bytes.subarray(written));
      else this.#writeNext();
    });
  }
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** The reader is slow, and the system does not wait for it. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EAGAIN" || error.code === "EBUSY");
}
