import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";
import { PROJECT } from "../setup/paths.mjs";

/** Folders with code of ours; one that is not there yet is empty. */
const FOLDERS = ["core", "server", "workers", "client", "sdk", "tools", "test"];
const NOT_OURS = new Set(["node_modules", "dist", ".venv"]);

/** The TypeScript and JavaScript files of the project, or of one folder, as paths relative to it. */
export function sourceFiles(folders = FOLDERS): string[] {
  return folders.flatMap((folder) => walk(folder)).filter((file) => /\.[cm]?[jt]sx?$/.test(file));
}

function walk(folder: string): string[] {
  let entries: import("node:fs").Dirent[];
  try {
    entries = readdirSync(join(PROJECT, folder), { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
  return entries.flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? walk(path) : [path];
  });
}

/** A node of the ESTree that the parser makes; what it holds is looked at where it is used. */
export interface SyntaxNode {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

/** Every node of a source file, outer before inner. @throws Error where the file cannot be parsed. */
export function syntaxNodes(file: string, source: string): SyntaxNode[] {
  const { program, errors } = parseSync(file, source);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file}: ${error.message}`);
  const nodes: SyntaxNode[] = [];
  collect(program, nodes);
  return nodes;
}

function collect(value: unknown, nodes: SyntaxNode[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, nodes);
  } else if (isNode(value)) {
    nodes.push(value);
    for (const field of Object.values(value)) if (typeof field === "object") collect(field, nodes);
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

export function readSource(file: string): string {
  return readFileSync(join(PROJECT, file), "utf8");
}
