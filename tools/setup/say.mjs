/** A failure of the set-up that its reader can mend: one sentence of what, one of what to do. No stack is shown. */
export class SetupError extends Error {}

/** One line of progress. Standard error, so that a caller may still read standard output. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Whole seconds since `start` (from `Date.now()`), as `1 min 12 s`. */
export function elapsed(start) {
  const seconds = Math.round((Date.now() - start) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * A line that is written over and over on a terminal, and at most every 10 s elsewhere (a log file, a CI run).
 * `end()` leaves the cursor on a fresh line.
 */
export function progressLine() {
  const terminal = process.stderr.isTTY === true;
  let written = 0;
  let open = false;
  return {
    update(text) {
      if (terminal) {
        process.stderr.write(`\r\x1b[2K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
        open = true;
      } else if (Date.now() - written >= 10_000) {
        written = Date.now();
        say(text);
      }
    },
    end() {
      if (open) process.stderr.write("\r\x1b[2K");
      open = false;
    },
  };
}
