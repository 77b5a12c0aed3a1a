import { listen } from "./listen.ts";
import { parseOptions, USAGE, UsageError } from "./options.ts";
import { CommandError } from "./temporary-endpoint.ts";

const WRONG_USE = 2;

const print = (line: string) => process.stdout.write(`${line}\n`);
const say = (line: string) => process.stderr.write(`${line}\n`);

const INTERRUPTED = 130;
/** npx passes a signal on that the terminal has sent to both of them. */
const SAME_SIGNAL_MS = 1_000;
const PARENT_LOOK_MS = 1_000;

/**
 * At the first signal, or when nobody is there any more who started the command or reads what it prints; a later signal
 * ends it at once.
 */
const stopped = new Promise<void>((resolve) => {
  let first: number | undefined;
  const stop = () => {
    first ??= performance.now();
    if (performance.now() - first > SAME_SIGNAL_MS) process.exit(INTERRUPTED);
    resolve();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  process.stdout.on("error", () => resolve());
  // A signal to npx alone ends the shell that it runs the command in, and not the command.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && resolve(), PARENT_LOOK_MS).unref();
});

try {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options === "help") print(USAGE);
  else await listen(options, { print, say, stopped });
} catch (error) {
  if (error instanceof UsageError) {
    say(`${error.message}\n\n${USAGE}`);
    process.exitCode = WRONG_USE;
  } else if (error instanceof CommandError) {
    say(error.message);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
