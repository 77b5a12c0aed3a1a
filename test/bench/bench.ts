import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Measured } from "../helpers/bench-report.ts";
import { Installation, type ProcessName } from "../helpers/installation.ts";
import { startPostgresServer } from "../helpers/postgres-server.ts";
import type { Cleanup } from "./cleanup.ts";

export interface BenchContext {
  cleanup: Cleanup;
  /** Says how far it is, beside the result. */
  say(text: string): void;
}

export interface Bench<Option extends string = string> {
  /** In a few words, for the list of benches. */
  about: string;
  /** What can be set on the command line (`--joins 100`), whole numbers from 1, with their defaults. */
  options: Record<Option, number>;
  /** Longer than it takes on a busy machine; then it has failed. */
  limit_s(options: Record<Option, number>): number;
  run(context: BenchContext, options: Record<Option, number>): Promise<Measured[]>;
}

/**
 * An installation for a bench, on a PostgreSQL of its own that syncs to the disk as in production: what the bare tools
 * are compared with must not win by losing data at a power cut. `extra` adds to the environment of every process.
 */
export async function startInstallation(
  { cleanup }: BenchContext,
  processes: readonly ProcessName[],
  extra: Record<string, string> = {},
): Promise<Installation> {
  const postgres = await startPostgresServer({});
  cleanup.add(() => postgres.stop());
  const installation = await Installation.start(postgres, processes, extra);
  cleanup.add(() => installation.stop());
  return installation;
}

/** A folder that is gone after the bench. */
export async function temporaryFolder({ cleanup }: BenchContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "nexbasira-bench-"));
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
