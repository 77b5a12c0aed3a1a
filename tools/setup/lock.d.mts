/** A lock that was taken, or the id of the living process that has it. See `lock.mjs`. */
export type Lock = { holder?: undefined; stale: boolean; release(): void } | { holder: number };
export function takeLock(file: string): Lock;
export function waitForLock(
  file: string,
  onWait: (holder: number) => void,
): Promise<{ stale: boolean; release(): void }>;
