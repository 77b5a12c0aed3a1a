import { createHash } from "node:crypto";
import { build, type Plugin, type Rolldown } from "vite";

const PAGE = "participant/index.html";
/** The console's texts are reachable from the page's code, which never asks for them. */
const NEVER_LOADED = /\/translations\/\w+\/console\.json$/;

/**
 * Writes the participant's service worker (`scriptPath`) into the build, with the HTML of its page and the paths of all
 * that this page may load, so that worker and page are always of one build.
 */
export function offlinePage(scriptPath: string): Plugin {
  return {
    name: "offline-page",
    apply: "build",
    generateBundle: {
      order: "post",
      async handler(_options, bundle) {
        const html = bundle[PAGE];
        if (html?.type !== "asset") throw new Error(`${PAGE} is not in the build`);
        const page = Buffer.from(html.source).toString("utf8");
        const files = filesOf(bundle).sort();
        const version = createHash("sha256")
          .update([page, ...files].join("\n"))
          .digest("hex")
          .slice(0, 16);
        this.emitFile({
          type: "asset",
          fileName: "participant/service-worker.js",
          source: await compile(scriptPath, { version, page, files }),
        });
      },
    },
  };
}

/** Paths of the scripts and styles that are reachable from the page, lazily loaded ones included. */
function filesOf(bundle: Rolldown.OutputBundle): string[] {
  const files = new Set<string>();
  const waiting = Object.values(bundle).flatMap((file) =>
    file.type === "chunk" && file.isEntry && file.name === "participant" ? [file.fileName] : [],
  );
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const chunk = bundle[name];
    if (chunk?.type !== "chunk" || files.has(`/${name}`)) continue;
    if (chunk.moduleIds.some((id) => NEVER_LOADED.test(id))) continue;
    files.add(`/${name}`);
    for (const style of chunk.viteMetadata?.importedCss ?? []) files.add(`/${style}`);
    waiting.push(...chunk.imports, ...chunk.dynamicImports);
  }
  return [...files];
}

/** A classic script: modules as service workers are too new for some phones. */
async function compile(input: string, constants: object): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "warn",
    define: { BUILD: JSON.stringify(constants) },
    build: { write: false, copyPublicDir: false, rolldownOptions: { input, output: { format: "iife" } } },
  });
  const [output] = [built].flat();
  const [script] = output !== undefined && "output" in output ? output.output : [];
  if (script?.type !== "chunk") throw new Error("the service worker was not built");
  return script.code;
}
