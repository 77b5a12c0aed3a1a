import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { z } from "zod";
import { brokenRules, mayQuery, QUERY_RULE, type Target } from "./import-rules.ts";
import { isNode, readSource, type SyntaxNode, sourceFiles, syntaxNodes } from "./source-files.ts";

const packageSchema = z.object({ dependencies: z.record(z.string(), z.string()) });

/**
 * Holds the project's files to the import rules. dependency-cruiser would be the tool for it, but reads TypeScript only
 * through a compiler API that TypeScript 7 does not have.
 */
export function checkImports(): string[] {
  const { dependencies } = packageSchema.parse(JSON.parse(readSource("package.json")));
  return sourceFiles().flatMap((file) => {
    const source = readSource(file);
    const nodes = syntaxNodes(file, source);
    const at = ({ start }: { start: number }) => `${file}:${source.slice(0, start).split("\n").length}`;
    return [
      ...importsOf(nodes).flatMap((found) =>
        brokenRules({
          from: file,
          to: resolveImport(file, found.specifier),
          typeOnly: found.typeOnly,
          dependencies,
        }).map((rule) => `${at(found)} imports ${found.specifier}: ${rule}.`),
      ),
      ...queriesOf(nodes)
        .filter(() => !mayQuery(file))
        .map((query) => `${at(query)} makes a query: ${QUERY_RULE}.`),
    ];
  });
}

/** Every module that a file names, with the place: imports, exports from, dynamic imports, and types alone, too. */
export function importsOf(nodes: SyntaxNode[]): { specifier: string; start: number; typeOnly: boolean }[] {
  return nodes.flatMap((node) => {
    const specifier = literal(moduleOf(node));
    const typeOnly = node.type === "TSImportType" || node.importKind === "type" || node.exportKind === "type";
    return specifier === undefined ? [] : [{ specifier, start: node.start, typeOnly }];
  });
}

/** Kysely's ways to begin a query, whoever handed the database on. */
const QUERIES = new Set(["selectFrom", "insertInto", "updateTable", "deleteFrom", "mergeInto"]);

/** The places where a file begins a query. */
export function queriesOf(nodes: SyntaxNode[]): SyntaxNode[] {
  return nodes.filter(
    ({ type, callee }) =>
      type === "CallExpression" &&
      isNode(callee) &&
      callee.type === "MemberExpression" &&
      isNode(callee.property) &&
      QUERIES.has(String(callee.property.name)),
  );
}

function moduleOf(node: SyntaxNode): unknown {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
    case "ImportExpression":
    case "TSImportType":
      return node.source ?? node.argument;
    default:
      return undefined;
  }
}

function literal(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "TSLiteralType") return literal(node.literal);
  return node.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}

/** Our own packages are imported by name; `client/ui` is `@nexbasira/ui`. */
const WORKSPACES: Record<string, string> = {
  core: "core",
  node: "sdk/node",
  ui: "client/ui",
  console: "client/console",
  participant: "client/participant",
};

export function resolveImport(from: string, specifier: string): Target {
  const path = specifier.replace(/\?.*$/, "");
  if (path.startsWith(".")) return { kind: "file", path: posix.join(posix.dirname(from), path) };
  if (isBuiltin(path)) return { kind: "builtin", name: path };
  const [scope = "", name = "", ...rest] = path.split("/");
  if (!scope.startsWith("@")) return { kind: "package", name: scope };
  const workspace = scope === "@nexbasira" ? WORKSPACES[name] : undefined;
  return workspace === undefined
    ? { kind: "package", name: `${scope}/${name}` }
    : { kind: "file", path: posix.join(workspace, ...rest) };
}
