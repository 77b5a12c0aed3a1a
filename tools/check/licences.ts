import { init } from "license-checker-rseidelsohn";
import { PROJECT } from "../setup/paths.mjs";

/** What a package may be under: free of conditions on the code that uses it. */
const PERMITTED = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "CC-BY-3.0",
  "CC-BY-4.0",
  "ISC",
  "MIT",
  "MIT-0",
  "MPL-2.0",
  "OFL-1.1",
  "Python-2.0",
  "Unlicense",
  "Zlib",
]);

/** Packages that are permitted by name, each with its licence and the reason. */
const EXCEPTIONS: { name: RegExp; licence: string; reason: string }[] = [
  {
    name: /^@img\/sharp-libvips-/,
    licence: "LGPL-3.0-or-later",
    reason: "a shared library that sharp loads and anybody may exchange",
  },
  {
    name: /^combine-errors$/,
    licence: "MIT*",
    reason: "says MIT in its README instead of its package.json",
  },
];

/** Looks at the licence of every package that is installed, what is only built or tested with included. */
export async function checkLicences(): Promise<string[]> {
  const packages = await new Promise<Record<string, { licenses?: string | string[] }>>((resolve, reject) => {
    init({ start: PROJECT, excludePrivatePackages: true }, (error, found) => (error ? reject(error) : resolve(found)));
  });
  return Object.entries(packages).flatMap(([id, { licenses }]) =>
    licenceFault(id, [licenses ?? "none"].flat().join(" AND ")),
  );
}

/** What there is against a package `name@version` under a licence, an SPDX expression; empty if nothing. */
export function licenceFault(id: string, licence: string): string[] {
  const name = id.slice(0, id.lastIndexOf("@"));
  if (EXCEPTIONS.some((exception) => exception.name.test(name) && exception.licence === licence)) return [];
  return isPermitted(licence) ? [] : [`${id} is under ${licence}, which is not among the permitted licences.`];
}

/** Every part of an AND must be permitted, one part of an OR; AND binds tighter (SPDX 2.3, annex D). */
function isPermitted(expression: string): boolean {
  const simple = expression.trim();
  const inner = /^\(([^()]*)\)$/.exec(simple)?.[1] ?? simple;
  return inner.split(" OR ").some((option) => option.split(" AND ").every((part) => PERMITTED.has(part.trim())));
}
