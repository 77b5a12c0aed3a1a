import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { cachedWorker, MEDIASOUP } from "../mediasoup-worker/path.mjs";
import { waitForLock } from "./lock.mjs";
import { PROJECT } from "./paths.mjs";
import { aptInstall, findProgram, mayInstall } from "./programs.mjs";
import { lastLines, run } from "./run.mjs";
import { elapsed, progressLine, SetupError, say } from "./say.mjs";

/** What build.sh needs, as Debian 12 names it. */
const BUILD_PACKAGES =
  "cmake ninja-build g++ perl libsrtp2-dev libuv1-dev libssl-dev libabsl-dev libflatbuffers-dev flatbuffers-compiler".split(
    " ",
  );

/** A prebuilt worker has a few MB: who cannot fetch it in this time (ms) builds it. */
const DOWNLOAD_LIMIT = 60_000;

/** Gets the worker, the C++ half of mediasoup: given, kept from before, downloaded, or built. */
export async function ensureWorker(node) {
  const given = process.env.MEDIASOUP_WORKER_BIN;
  if (given) {
    if (starts(given)) return;
    throw new SetupError(
      `MEDIASOUP_WORKER_BIN=${given} is not a mediasoup worker that runs here: correct or unset it.`,
    );
  }
  const worker = cachedWorker();
  if (starts(worker)) return;
  mkdirSync(dirname(worker), { recursive: true });
  const lock = await waitForLock(`${worker}.lock`, (holder) =>
    say(`Process ${holder} is already getting the mediasoup worker: waiting for it ...`),
  );
  try {
    if (starts(worker)) return;
    const draft = `${worker}.${process.pid}.new`;
    try {
      if (!(await download(node, draft))) await build(draft);
      // Nobody sees the worker before it is whole and has run.
      renameSync(draft, worker);
    } finally {
      rmSync(draft, { force: true });
    }
  } finally {
    lock.release();
  }
}

/** Whether a file is a worker that runs here: without MEDIASOUP_VERSION in its environment it ends with 41 (main.cpp). */
function starts(file) {
  return existsSync(file) && spawnSync(file, [], { env: {}, stdio: "ignore", timeout: 10_000 }).status === 41;
}

/** The package's own way, up to where it would build from sources that it downloads: PYTHON=false makes it stop there. */
async function download(node, draft) {
  const start = Date.now();
  say("Getting the mediasoup worker: looking for a prebuilt one ...");
  const env = { ...process.env, PYTHON: "false" };
  const { output } = await run(node, ["npm-scripts.mjs", "postinstall"], {
    cwd: MEDIASOUP,
    env,
    timeout: DOWNLOAD_LIMIT,
  });
  const prebuilt = join(MEDIASOUP, "worker", "out", "Release", "mediasoup-worker");
  if (starts(prebuilt)) {
    copyFileSync(prebuilt, draft);
    chmodSync(draft, 0o755);
    if (starts(draft)) {
      say(`A prebuilt mediasoup worker is installed (${elapsed(start)}).`);
      return true;
    }
  }
  const [failure] = output.match(/failed to (?:download|extract).*|no available.*|fails to run.*/) ?? [];
  const reason = failure?.replace(/^.*reason: /, "").slice(0, 120);
  say(`No prebuilt worker could be had${reason === undefined ? "" : ` (${reason})`}: building it.`);
  return false;
}

/** From the package's sources against Debian's libraries: tools/mediasoup-worker. */
async function build(draft) {
  const start = Date.now();
  const missing = await missingPackages();
  if (missing.length > 0) {
    const failure = mayInstall() ? await aptInstall(missing) : "";
    if (failure !== undefined) {
      throw new SetupError(
        "The mediasoup worker must be built here, and what that needs is missing.\n" +
          `On Debian 12, install it with:  sudo apt-get install -y ${missing.join(" ")}\n` +
          "Elsewhere, set MEDIASOUP_WORKER_BIN to a worker of the same version (see tools/mediasoup-worker/README.md)." +
          (failure === "" ? "" : `\napt-get said:\n${lastLines(failure)}`),
      );
    }
  }
  say("Building the mediasoup worker: about 5 minutes on two cores, once for each version ...");
  const line = progressLine();
  const { code, output } = await run(
    "bash",
    [join(PROJECT, "tools", "mediasoup-worker", "build.sh"), MEDIASOUP, draft],
    {
      onLine(text) {
        const [, done, all] = text.match(/^\[(\d+)\/(\d+)\]/) ?? [];
        if (done !== undefined) line.update(`  mediasoup worker: ${done} of ${all} steps, ${elapsed(start)}`);
      },
    },
  );
  line.end();
  if (code !== 0 || !starts(draft)) {
    throw new SetupError(
      `The mediasoup worker could not be built:\n${lastLines(output, 30)}\n` +
        "The build is made for Debian 12. Elsewhere, set MEDIASOUP_WORKER_BIN to a worker of the same version (see tools/mediasoup-worker/README.md).",
    );
  }
  say(`The mediasoup worker is built (${elapsed(start)}).`);
}

/** Which of the packages a build needs dpkg does not have; all of them where there is no dpkg. */
async function missingPackages() {
  if (findProgram({ names: ["dpkg-query"] }) === undefined) return BUILD_PACKAGES;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own format, not a template.
  const { output } = await run("dpkg-query", ["-W", "-f", "${Package} ${db:Status-Status}\\n", ...BUILD_PACKAGES]);
  const installed = new Set(
    output
      .split("\n")
      .filter((line) => line.endsWith(" installed"))
      .map((line) => line.split(" ")[0]),
  );
  return BUILD_PACKAGES.filter((name) => !installed.has(name));
}
