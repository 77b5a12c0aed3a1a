import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npm } from "./node.mjs";
import { CONFORMANCE_TOOLS, PROJECT } from "./paths.mjs";
import { aptInstall, findProgram, mayInstall } from "./programs.mjs";
import { lastLines, run } from "./run.mjs";
import { elapsed, SetupError, say } from "./say.mjs";
import { hashOf } from "./stamp.mjs";

/** What names the programs and pins them with all that they need. */
const SOURCES = "test/conformance/tools";

/** The oldest Python that the pinned packages run on, which is Debian 12's. */
const OLDEST_PYTHON = "3.11";

/**
 * Installs the programs of others that the conformance tests run, unless just those are there: the Python ones into a
 * virtual environment of their own, the Node ones beside it, because openapi-typescript needs the API of TypeScript 5 and
 * the project has TypeScript 7.
 */
export async function ensureConformanceTools(node) {
  // A virtual environment names its own place in every script, so a folder that was moved is installed again.
  const wanted = `${process.platform}-${process.arch} ${CONFORMANCE_TOOLS} ${hashOf([SOURCES])}`;
  const stamp = join(CONFORMANCE_TOOLS, "installed");
  const venv = join(CONFORMANCE_TOOLS, "python");
  if (contentOf(stamp) === wanted && (await isNewEnough(join(venv, "bin", "python")))) return;
  const start = Date.now();
  say("Installing the programs of the conformance tests (pip, npm) into .toolchain/conformance ...");
  rmSync(CONFORMANCE_TOOLS, { recursive: true, force: true });
  mkdirSync(CONFORMANCE_TOOLS, { recursive: true });
  await makeVirtualEnvironment(venv);
  await Promise.all([installPython(venv), installNode(node, join(CONFORMANCE_TOOLS, "node"))]);
  writeFileSync(stamp, wanted);
  say(`The programs of the conformance tests are installed (${elapsed(start)}).`);
}

/** With the Python in PATH, or Debian's own; `python3-venv` is installed where none can make one. */
async function makeVirtualEnvironment(venv) {
  const pythons = () => [findProgram({ names: ["python3"], variable: "PYTHON" }), "/usr/bin/python3"];
  const attempt = async () => {
    let output = "";
    for (const python of new Set(pythons())) {
      if (python === undefined || !(await isNewEnough(python))) continue;
      const made = await run(python, ["-m", "venv", "--clear", venv]);
      if (made.code === 0) return { made: true, output };
      output += made.output;
    }
    return { made: false, output };
  };
  const first = await attempt();
  if (first.made) return;
  const failure = mayInstall() ? await aptInstall(["python3-venv"]) : undefined;
  const second = await attempt();
  if (second.made) return;
  throw new SetupError(
    `The conformance tests need Python ${OLDEST_PYTHON} or newer with its venv module, which could not be used here.\n` +
      "On Debian 12, install it with:  sudo apt-get install -y python3-venv\n" +
      "Elsewhere, set PYTHON to a newer python3." +
      (second.output === "" ? "" : `\nPython said:\n${lastLines(second.output)}`) +
      (failure === undefined ? "" : `\napt-get said:\n${lastLines(failure)}`),
  );
}

async function installPython(venv) {
  const requirements = join(PROJECT, SOURCES, "requirements.txt");
  const flags = ["--disable-pip-version-check", "--no-input", "--quiet"];
  const { code, output } = await run(join(venv, "bin", "python"), [
    "-m",
    "pip",
    "install",
    ...flags,
    "--requirement",
    requirements,
  ]);
  if (code === 0) return;
  throw new SetupError(
    `The Python packages of the conformance tests could not be installed:\n${lastLines(output)}\nIf the Python package index cannot be reached, look at the network or pip's proxy settings and run the command again.`,
  );
}

async function installNode(node, folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"])
    copyFileSync(join(PROJECT, SOURCES, name), join(folder, name));
  const { code, output } = await npm(node, folder, ["install", "--no-save", "--no-audit", "--no-fund"]);
  if (code === 0) return;
  throw new SetupError(
    `The Node packages of the conformance tests could not be installed:\n${lastLines(output)}\nIf the npm registry cannot be reached, look at the network or npm's proxy settings and run the command again.`,
  );
}

async function isNewEnough(python) {
  const { code } = await run(python, [
    "-c",
    `import sys; sys.exit(sys.version_info < (${OLDEST_PYTHON.replace(".", ", ")}))`,
  ]);
  return code === 0;
}

function contentOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  }
}
