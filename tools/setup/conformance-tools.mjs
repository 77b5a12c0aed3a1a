import { copyFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findJava } from "./java.mjs";
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
 * the project has TypeScript 7, and the Java ones where there is Java with Maven.
 */
export async function ensureConformanceTools(node) {
  const java = findJava();
  const parts = [
    {
      name: "python",
      sources: ["requirements.txt"],
      // A virtual environment outlives the Python that it was made with.
      works: () => isNewEnough(join(CONFORMANCE_TOOLS, "python", "bin", "python")),
      install: installPython,
    },
    { name: "node", sources: ["package.json", "package-lock.json"], install: (folder) => installNode(node, folder) },
    ...(java === undefined ? [] : [{ name: "java", sources: ["java"], install: (folder) => buildJava(java, folder) }]),
  ];
  const missing = [];
  for (const part of parts) if (!(await isInstalled(part))) missing.push(part);
  if (missing.length === 0) return;
  const start = Date.now();
  const names = missing.map(({ name }) => name).join(", ");
  const without = java === undefined ? "; EU DSS and veraPDF are left out: no Java with Maven was found" : "";
  say(`Installing the programs of the conformance tests (${names}) into .toolchain/conformance${without} ...`);
  await Promise.all(missing.map(installPart));
  say(`The programs of the conformance tests are installed (${elapsed(start)}).`);
}

/** Where a part's stamp lies, and what it says. A virtual environment names its own place: one that was moved is made again. */
function stampOf({ name, sources }) {
  const hash = hashOf(sources.map((source) => join(SOURCES, source)));
  const folder = join(CONFORMANCE_TOOLS, name);
  return { file: join(folder, "installed"), value: `${process.platform}-${process.arch} ${folder} ${hash}` };
}

async function isInstalled(part) {
  const { file, value } = stampOf(part);
  return contentOf(file) === value && (part.works === undefined || (await part.works()));
}

async function installPart(part) {
  const folder = join(CONFORMANCE_TOOLS, part.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await part.install(folder);
  const { file, value } = stampOf(part);
  writeFileSync(file, value);
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
  await makeVirtualEnvironment(venv);
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
  for (const name of ["package.json", "package-lock.json"])
    copyFileSync(join(PROJECT, SOURCES, name), join(folder, name));
  const { code, output } = await npm(node, folder, ["install", "--no-save", "--no-audit", "--no-fund"]);
  if (code === 0) return;
  throw new SetupError(
    `The Node packages of the conformance tests could not be installed:\n${lastLines(output)}\nIf the npm registry cannot be reached, look at the network or npm's proxy settings and run the command again.`,
  );
}

/** EU DSS and veraPDF behind one program: `conformance.jar`, and what it needs in `dependency/`. */
async function buildJava({ maven }, folder) {
  const build = join(folder, "build");
  cpSync(join(PROJECT, SOURCES, "java"), build, { recursive: true });
  const { code, output } = await run(maven, ["--batch-mode", "--quiet", "package"], { cwd: build });
  if (code !== 0)
    throw new SetupError(
      `The Java programs of the conformance tests could not be built:\n${lastLines(output)}\nIf Maven Central cannot be reached, look at the network or Maven's proxy settings (~/.m2/settings.xml) and run the command again.`,
    );
  for (const name of ["conformance.jar", "dependency"]) renameSync(join(build, "target", name), join(folder, name));
  rmSync(build, { recursive: true });
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
