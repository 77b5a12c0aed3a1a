/** Where an import goes: a file of the project, a package (by its name), or a built-in module of Node. */
export type Target =
  | { kind: "file"; path: string }
  | { kind: "package"; name: string }
  | { kind: "builtin"; name: string };

/** One import. */
export interface Import {
  /** The file that imports. */
  from: string;
  to: Target;
  /** Nothing of it is left when the program runs. */
  typeOnly: boolean;
  /** The packages that are installed where the program runs: package.json's `dependencies`. */
  dependencies: Record<string, string>;
}

interface Rule {
  /** What the rule says, as the reader of a failure needs it. */
  says: string;
  from: RegExp;
  forbids(target: Target, found: Import): boolean;
}

const file = (pattern: RegExp) => (target: Target) => target.kind === "file" && pattern.test(target.path);
const outside = (pattern: RegExp) => (target: Target) => target.kind === "file" && !pattern.test(target.path);

/** The subjects of the server: what two of them share is in core. */
const SUBJECT = /^server\/(sessions|evidence|whiteboards|webhooks|branding|organizations|identity)\//;

export const QUERY_RULE = "SQL is spoken only in core/database and core/jobs, and in server/identity for better-auth";

/** What speaks SQL. */
const SQL = new Set(["kysely", "pg", "pg-boss"]);

/** Tests may look anywhere; these rules are for what is shipped. */
const TEST = /(^test\/|\.test\.tsx?$)/;

const RULES: Rule[] = [
  {
    says: "core stands on nothing but itself",
    from: /^core\//,
    forbids: outside(/^core\//),
  },
  {
    says: "core/contract does no I/O and stands on core/shapes at most",
    from: /^core\/contract\//,
    forbids: (target) => target.kind === "builtin" || outside(/^core\/(contract|shapes)\//)(target),
  },
  {
    says: "core/shapes does no I/O and stands on itself alone",
    from: /^core\/shapes\//,
    forbids: (target) => target.kind === "builtin" || outside(/^core\/shapes\//)(target),
  },
  {
    says: "core/branding does no I/O and stands on core/contract at most",
    from: /^core\/branding\//,
    forbids: (target) => target.kind === "builtin" || outside(/^core\/(branding|contract)\//)(target),
  },
  {
    says: "client runs in a browser: of ours it stands on core/contract, core/shapes, core/branding, the log's tree and the verifier",
    from: /^client\/(?!(vite\.config|offline-page)\.ts$)/,
    forbids: (target) =>
      target.kind === "builtin" ||
      outside(
        /^(client|core\/(contract|shapes|branding)|sdk\/verify\/src)\/|^core\/audit\/(merkle-tree|checkpoint-note)\.ts$/,
      )(target),
  },
  {
    says: "the verifier runs in a browser without a network: of ours it stands on what it shares with those who prove",
    from: /^sdk\/verify\/src\/(?!cli\/)/,
    forbids: (target) =>
      target.kind === "builtin" ||
      outside(
        /^(sdk\/verify\/src|core\/contract)\/|^core\/audit\/(merkle-tree|checkpoint-note|open-timestamps)\.ts$|^core\/authority\/(certificate|certificate-path|hash-algorithm|qualified-certificate)\.ts$/,
      )(target),
  },
  {
    says: "server imports neither client, workers, tools nor tests",
    from: /^server\//,
    forbids: outside(/^(server|core)\//),
  },
  {
    says: "workers import neither client, server, tools nor tests",
    from: /^workers\//,
    forbids: outside(/^(workers|core)\//),
  },
  {
    says: "tools start the others as programs and import only core",
    from: /^tools\//,
    forbids: file(/^(client|server|workers|sdk|test)\//),
  },
  {
    says: "an SDK is installed alone: it stands on itself and on what Node brings",
    // What the verifier shares with core is put into its build.
    from: /^sdk\/(?!verify\/)/,
    forbids: (target, { from }) =>
      target.kind === "package" || (target.kind === "file" && !target.path.startsWith(`${sdkOf(from)}/`)),
  },
  {
    says: "subjects of the server do not import each other: what two share is in core",
    from: SUBJECT,
    forbids: (target, { from }) =>
      target.kind === "file" && SUBJECT.test(target.path) && subjectOf(target.path) !== subjectOf(from),
  },
  {
    says: QUERY_RULE,
    from: /./,
    forbids: (target, { from, typeOnly }) =>
      target.kind === "package" && SQL.has(target.name) && !typeOnly && !mayQuery(from),
  },
  {
    says: "what runs in production is in package.json's dependencies, not in its devDependencies",
    from: /^(core|server|workers)\//,
    forbids: (target, { typeOnly, dependencies }) =>
      target.kind === "package" && !typeOnly && !Object.hasOwn(dependencies, target.name),
  },
];

/** What the rules have against an import; empty if nothing. */
export function brokenRules(found: Import): string[] {
  if (TEST.test(found.from)) return [];
  return RULES.filter((rule) => rule.from.test(found.from) && rule.forbids(found.to, found)).map(({ says }) => says);
}

/** Whether a file is one of those that speak SQL. */
export function mayQuery(file: string): boolean {
  return /^(core\/(database|jobs)|server\/identity|tools)\//.test(file) || TEST.test(file);
}

/** `sdk/node` for a file in it. */
function sdkOf(path: string): string {
  return path.split("/", 2).join("/");
}

function subjectOf(path: string): string | undefined {
  return SUBJECT.exec(path)?.[1];
}
