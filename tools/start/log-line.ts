import { styleText } from "node:util";
import { z } from "zod";

/** A pino line, as far as the terminal shows it. */
const schema = z.looseObject({
  level: z.number(),
  time: z.union([z.number(), z.string()]).optional(),
  msg: z.string().optional(),
  err: z.looseObject({ type: z.string().optional(), message: z.string().optional() }).optional(),
});

/** pino's numbers: https://github.com/pinojs/pino/blob/main/docs/api.md#logger-level */
const WARN = 40;
const ERROR = 50;

/** What the terminal shows of one line that a process printed; undefined for what only the log file keeps. */
export function readableLine(name: string, line: string): string | undefined {
  const entry = parse(line);
  if (entry === undefined) return line.trim() === "" ? undefined : `${name.padEnd(8)} ${line}`;
  if (entry.level < WARN) return undefined;
  const level = entry.level >= ERROR ? styleText("red", "error") : styleText("yellow", "warn ");
  const error = entry.err === undefined ? [] : [[entry.err.type, entry.err.message].filter(Boolean).join(": ")];
  const time = new Date(entry.time ?? Date.now()).toTimeString().slice(0, 8);
  return [`${time} ${name.padEnd(8)} ${level}`, entry.msg, ...error].filter(Boolean).join(" ");
}

function parse(line: string): z.infer<typeof schema> | undefined {
  try {
    const result = schema.safeParse(JSON.parse(line));
    return result.success ? result.data : undefined;
  } catch {
    // Not JSON: something that was printed past the log.
    return undefined;
  }
}
