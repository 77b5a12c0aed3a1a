import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { setLogEventListeners } from "mediasoup";
import { MediaProcess } from "./media-process.ts";

/** After this long, what could not be closed is left. */
const STOP_LIMIT_MS = 20_000;

const configuration = readConfiguration(process.env);
const log = createLogger("media", configuration.logLevel);

setLogEventListeners({
  onwarn: (namespace, message) => log.warn({ namespace }, message),
  onerror: (namespace, message, error) => log.error({ namespace, err: error }, message),
});
process.on("unhandledRejection", (error) => {
  log.fatal({ err: error }, "a rejection that nobody handles");
  process.exit(1);
});

let stopping = false;
// Registered before the worker starts, whose own listener closes it at once: what ends then is known to end by this.
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop(signal, 0));
// Whoever started this process is gone.
process.on("disconnect", () => stop("disconnect", 0));

const opening = MediaProcess.open({
  configuration,
  log,
  signallingPort: configuration.media.signallingPort,
  mediaPort: configuration.media.port,
  onDied: (error) => {
    log.fatal({ err: error }, "the mediasoup worker died");
    stop("worker died", 1);
  },
});
opening.catch((error) => {
  log.fatal({ err: error }, "the media node could not be started");
  process.exit(1);
});

/** Closes everything once and ends the process; the worker that goes down with it is no death. */
async function close(why: string, exitCode: number): Promise<void> {
  log.info({ why }, "stopping");
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
  await (await opening).close();
  log.info({ why }, "stopped");
  process.exit(exitCode);
}

function stop(why: string, exitCode: number): void {
  if (stopping) return;
  stopping = true;
  close(why, exitCode).catch((error) => {
    log.fatal({ err: error }, "the stop failed");
    process.exit(1);
  });
}
