import { inject } from "vitest";
import { Installation, type ProcessName } from "./installation.ts";

/** An installation of the test's own. */
export type Instance = Installation;

export const Instance = {
  /** On the run's PostgreSQL. `extra` adds to the environment of every process. */
  start: (processes: readonly ProcessName[], extra?: Record<string, string>): Promise<Instance> =>
    Installation.start(inject("postgres"), processes, extra),
};
