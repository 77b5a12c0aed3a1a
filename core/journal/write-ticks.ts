/** Every journal is written this often: what a killed process may lose of each. */
const WRITE_EVERY_MS = 50;

const looks = new Set<() => void>();
let timer: NodeJS.Timeout | undefined;

/**
 * Calls `look` every 50 ms until the returned function is called: all journals of the process at the same moment.
 * Measured with 50 rooms: the threads that write take half of the processor's time when they are woken once for all of
 * them, instead of once for each.
 */
export function onWriteTick(look: () => void): () => void {
  looks.add(look);
  timer ??= setInterval(() => {
    for (const each of looks) each();
  }, WRITE_EVERY_MS);
  return () => {
    looks.delete(look);
    if (looks.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
