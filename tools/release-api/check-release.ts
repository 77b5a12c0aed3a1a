import { breakingChanges } from "./breaking-changes.ts";
import { objectOf } from "./json.ts";

/** Whether the current description may follow the released one, and what breaks. */
export interface Release {
  permitted: boolean;
  breaks: string[];
}

/** A break needs a higher major version (Semantic Versioning 2.0.0, item 8). The first release may be anything. */
export function checkRelease(released: unknown, current: unknown): Release {
  if (released === undefined) return { permitted: true, breaks: [] };
  const breaks = breakingChanges(released, current);
  return { permitted: breaks.length === 0 || majorOf(current) > majorOf(released), breaks };
}

function majorOf(document: unknown): number {
  const { version } = objectOf(objectOf(document).info);
  const major = /^(\d+)\./.exec(String(version))?.[1];
  if (major === undefined) throw new Error(`the document's version ${String(version)} is none`);
  return Number(major);
}
