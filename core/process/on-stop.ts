import type { Logger } from "../log/logger.ts";

const DEADLINE_MS = 20_000;

/**
 * Runs `close` once when the process is told to stop (SIGTERM, SIGINT) or its supervisor is gone (the IPC channel
 * closes), then exits: 0, or 1 when closing failed or took longer than 20 s. An error that nobody caught stops the
 * process too: what state it left is unknown, and the supervisor starts a clean one.
 */
export function onStop(log: Logger, close: () => Promise<void>): void {
  let stopping = false;
  const stop = (reason: string, code: number) => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, "stopping");
    setTimeout(() => {
      log.error("stopping took too long");
      process.exit(1);
    }, DEADLINE_MS).unref();
    close()
      .catch((error: unknown) => {
        log.error({ err: error }, "stopping failed");
        process.exitCode = 1;
      })
      .finally(() => process.exit(process.exitCode ?? code));
  };
  process.on("SIGTERM", () => stop("SIGTERM", 0));
  process.on("SIGINT", () => stop("SIGINT", 0));
  process.on("disconnect", () => stop("the supervisor is gone", 0));
  // It went while this process was starting, when nobody listened yet.
  if (process.connected === false) stop("the supervisor is gone", 0);
  const fail = (error: unknown) => {
    log.fatal({ err: error }, "an error that nobody caught");
    stop("uncaught error", 1);
  };
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
}
