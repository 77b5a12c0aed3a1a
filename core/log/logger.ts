import { type Logger, pino } from "pino";
import { StandardOutput } from "./standard-output.ts";

export type { Logger };

let output: StandardOutput | undefined;

/** One wide JSON line per request, job and delivery, on standard output. Never a secret, a token, a signature. */
export function createLogger(name: string, level: string): Logger {
  output ??= new StandardOutput();
  return pino({ name, level, timestamp: pino.stdTimeFunctions.isoTime, base: { name, pid: process.pid } }, output);
}
