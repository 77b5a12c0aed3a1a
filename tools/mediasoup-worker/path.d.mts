/** The mediasoup worker that this machine uses: the one in MEDIASOUP_WORKER_BIN, else the set-up's. See `path.mjs`. */
export function workerPath(): string;
