import { type Logger, pino } from "pino";

export type { Logger };

/** One wide JSON line per request, job and delivery, on standard output. Never a secret, a token, a signature. */
export function createLogger(name: string, level: string): Logger {
  return pino({ name, level, timestamp: pino.stdTimeFunctions.isoTime, base: { name, pid: process.pid } });
}
