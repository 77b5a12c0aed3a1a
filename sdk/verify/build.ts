/**
 * Builds the package into `dist/`: the library and the command line, each with what it shares with the server
 * (`@nexbasira/core`) put in, so that only public packages are needed to run them; and the library's types.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import manifest from "./package.json" with { type: "json" };

const here = import.meta.dirname;
/** What `index.ts` exports is declared in these, which name nothing but each other. */
const DECLARATIONS = ["index", "reasons", "report", "trust-options", "verify"];

await build({
  root: here,
  configFile: false,
  logLevel: "warn",
  build: {
    outDir: join(here, "dist"),
    emptyOutDir: true,
    minify: false,
    target: "es2023",
    lib: { entry: { index: join(here, "src/index.ts"), cli: join(here, "src/cli/run.ts") }, formats: ["es"] },
    rolldownOptions: {
      external: [/^node:/, ...Object.keys(manifest.dependencies).map((name) => new RegExp(`^${name}(/|$)`))],
    },
  },
});

const types = await mkdtemp(join(tmpdir(), "nexbasira-types-"));
try {
  const compiler = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");
  const options = ["--emitDeclarationOnly", "--noEmit", "false", "--declaration"];
  const where = ["-p", here, "--outDir", types, "--rootDir", join(here, "../..")];
  const child = spawn(process.execPath, [compiler, ...options, ...where], { stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error("the types could not be made");
  for (const name of DECLARATIONS) {
    const text = await readFile(join(types, "sdk/verify/src", `${name}.d.ts`), "utf8");
    await writeFile(join(here, "dist", `${name}.d.ts`), text.replace(/(from "\.\/[\w-]+)\.ts"/g, '$1.js"'));
  }
} finally {
  await rm(types, { recursive: true, force: true });
}
