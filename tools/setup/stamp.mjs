import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROJECT } from "./paths.mjs";

/** The stamps lie in node_modules/: they go when it goes, and git does not see them. */
const STAMPS = join(PROJECT, "node_modules", ".nexbasira");

/** A hash over files and whole folders of the project (`dist` and `node_modules` left out), names included. */
export function hashOf(paths) {
  const hash = createHash("sha256");
  const add = (path) => {
    const full = join(PROJECT, path);
    const stat = statSync(full, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isDirectory()) {
      const names = readdirSync(full).filter((name) => name !== "node_modules" && name !== "dist");
      for (const name of names.sort()) add(join(path, name));
    } else {
      hash.update(`${path}\0${stat.size}\0`).update(readFileSync(full));
    }
  };
  for (const path of paths) add(path);
  return hash.digest("hex");
}

/** Whether a stamp was written with this value. */
export function isStamped(name, value) {
  try {
    return readFileSync(join(STAMPS, name), "utf8") === value;
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return false;
    throw error;
  }
}

export function stamp(name, value) {
  const file = join(STAMPS, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, value);
}
