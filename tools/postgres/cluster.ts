import { execFile } from "node:child_process";
import { chown, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { PostgresProgram } from "./program.ts";

const execute = promisify(execFile);

/** Only what the server needs: no PG* variable and no locale of the caller's. */
export const POSTGRES_ENVIRONMENT = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };

/**
 * How the programs name the cluster's folder. As root they run as another user, who may not be able to walk the path to
 * it (a clone under /root); the folder they start in is open to them all the same, and they stay in it.
 */
export function clusterArgument(program: PostgresProgram, cluster: string): string {
  return program.user !== undefined && process.platform === "linux" ? "/proc/self/cwd" : cluster;
}

/** Makes the cluster `data` in a directory, unless it is there; a start that was killed half-way leaves none. */
export async function initialiseCluster(program: PostgresProgram, directory: string, password: string): Promise<void> {
  const cluster = join(directory, "data");
  if ((await stat(cluster).catch(() => undefined)) !== undefined) return;
  const draft = join(directory, "data.new");
  const passwordFile = join(directory, "initdb-password");
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (program.user !== undefined) {
      for (const path of [draft, passwordFile]) await chown(path, program.user.uid, program.user.gid);
    }
    await execute(
      program.initdb,
      [
        `--pgdata=${clusterArgument(program, draft)}`,
        "--username=postgres",
        "--pwfile=../initdb-password",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
      ],
      { ...program.user, cwd: draft, env: POSTGRES_ENVIRONMENT },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, cluster);
}
