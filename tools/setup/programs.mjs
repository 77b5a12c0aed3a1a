import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { lastLines, run } from "./run.mjs";
import { elapsed, SetupError, say } from "./say.mjs";

/** The programs that are not npm packages: what a system must have, and its package for it, by system. */
export const PROGRAMS = {
  ffmpeg: { names: ["ffmpeg"], variable: "FFMPEG_PATH", debian: "ffmpeg", fedora: "ffmpeg-free", macos: "ffmpeg" },
  ffprobe: { names: ["ffprobe"], variable: "FFPROBE_PATH", debian: "ffmpeg", fedora: "ffmpeg-free", macos: "ffmpeg" },
};

/** Where programs for the system's own care are, not in everybody's PATH. */
const SYSTEM_FOLDERS = ["/usr/sbin", "/sbin"];

/** What the tests need besides. */
export const TEST_PROGRAMS = {
  Chromium: {
    names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    variable: "PUPPETEER_EXECUTABLE_PATH",
    debian: "chromium",
    fedora: "chromium",
    macos: "--cask chromium",
  },
  "redis-server": { names: ["redis-server"], debian: "redis-server", fedora: "redis", macos: "redis" },
  pdftoppm: { names: ["pdftoppm"], debian: "poppler-utils", fedora: "poppler-utils", macos: "poppler" },
  pdfsig: { names: ["pdfsig"], debian: "poppler-utils", fedora: "poppler-utils", macos: "poppler" },
  qpdf: { names: ["qpdf"], debian: "qpdf", fedora: "qpdf", macos: "qpdf" },
  uuidgen: { names: ["uuidgen"], debian: "uuid-runtime", fedora: "util-linux", macos: "ossp-uuid" },
  openssl: { names: ["openssl"], debian: "openssl", fedora: "openssl", macos: "openssl@3" },
  // A token in software, and what fills it; a compiler for the bridge to it.
  "softhsm2-util": { names: ["softhsm2-util"], debian: "softhsm2", fedora: "softhsm", macos: "softhsm" },
  "pkcs11-tool": { names: ["pkcs11-tool"], debian: "opensc", fedora: "opensc", macos: "opensc" },
  "c++": { names: ["c++", "g++", "clang++"], debian: "g++", fedora: "gcc-c++", macos: "llvm" },
  make: { names: ["make"], debian: "make", fedora: "make", macos: "make" },
  python3: { names: ["python3"], debian: "python3", fedora: "python3", macos: "python" },
  // Networks that fail: hosts in network namespaces, and a relay. There are none of these on macOS.
  ...(process.platform === "linux" && {
    ip: { names: ["ip"], folders: SYSTEM_FOLDERS, debian: "iproute2", fedora: "iproute" },
    tc: { names: ["tc"], folders: SYSTEM_FOLDERS, debian: "iproute2", fedora: "iproute-tc" },
    nft: { names: ["nft"], folders: SYSTEM_FOLDERS, debian: "nftables", fedora: "nftables" },
    sysctl: { names: ["sysctl"], folders: SYSTEM_FOLDERS, debian: "procps", fedora: "procps-ng" },
    nsenter: { names: ["nsenter"], debian: "util-linux", fedora: "util-linux" },
    turnserver: { names: ["turnserver"], debian: "coturn", fedora: "coturn" },
  }),
};

/** Where a program is: the path in its environment variable, else the first of its names in PATH or its folders. */
export function findProgram({ names, variable, folders = [] }) {
  const given = variable === undefined ? undefined : process.env[variable];
  if (given) return given;
  for (const name of names) {
    for (const folder of [...(process.env.PATH ?? "").split(delimiter), ...folders]) {
      const file = join(folder, name);
      if (folder !== "" && isExecutable(file)) return file;
    }
  }
  return undefined;
}

/** Sees to it that the given programs are there: installs what is missing where it may, else says what to install. */
export async function ensurePrograms(programs) {
  const missing = () => Object.entries(programs).filter(([, program]) => findProgram(program) === undefined);
  const before = missing();
  if (before.length === 0) return;
  const packages = (system) => [...new Set(before.map(([, program]) => program[system]))];
  const failure = mayInstall() ? await aptInstall(packages("debian")) : undefined;
  const after = missing();
  if (after.length === 0) return;
  throw new SetupError(
    `Not found: ${after.map(([name]) => name).join(", ")}.\n${installHint(packages)}` +
      (failure === undefined ? "" : `\napt-get said:\n${lastLines(failure)}`),
  );
}

/** How a person installs packages by hand, on the systems we know. */
function installHint(packages) {
  if (process.platform === "darwin") return `Install with:  brew install ${packages("macos").join(" ")}`;
  if (existsSync("/etc/debian_version"))
    return `Install with:  sudo apt-get install -y ${packages("debian").join(" ")}`;
  if (existsSync("/etc/fedora-release")) return `Install with:  sudo dnf install -y ${packages("fedora").join(" ")}`;
  return (
    `Install with:  apt-get install ${packages("debian").join(" ")}   (Debian, Ubuntu)\n` +
    `               dnf install ${packages("fedora").join(" ")}   (Fedora)\n` +
    `               brew install ${packages("macos").join(" ")}   (macOS)`
  );
}

/** Whether this process may install Debian packages. */
export function mayInstall() {
  return process.getuid?.() === 0 && findProgram({ names: ["apt-get"] }) !== undefined;
}

/** Installs Debian packages; answers apt-get's output if that failed. Old package lists are renewed and it tries again. */
export async function aptInstall(packages) {
  const start = Date.now();
  say(`Installing Debian packages: ${packages.join(" ")} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = () =>
    run("apt-get", ["install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", ...packages], { env });
  let result = await install();
  if (result.code !== 0) {
    await run("apt-get", ["update"], { env });
    result = await install();
  }
  if (result.code !== 0) return result.output;
  say(`Installed (${elapsed(start)}).`);
  return undefined;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
