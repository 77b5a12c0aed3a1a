import { expect, test } from "vitest";
import { brokenRules, mayQuery } from "./import-rules.ts";
import { importsOf, queriesOf, resolveImport } from "./imports.ts";
import { syntaxNodes } from "./source-files.ts";

const dependencies = { express: "5", kysely: "1", "pg-boss": "1" };
const broken = (from: string, specifier: string, typeOnly = false) =>
  brokenRules({ from, to: resolveImport(from, specifier), typeOnly, dependencies });

test("every way to name a module is seen, types alone included", () => {
  const source = `
    import a from "./a.ts";
    import type { B } from "./b.ts";
    export { c } from "./c.ts";
    export * from "./d.ts";
    export const e = () => import("./e.ts");
    type F = import("./f.ts").F;
    export const g = <T,>(x: T) => <p>{String(x)}</p>;`;
  const found = importsOf(syntaxNodes("x.tsx", source));
  expect(found.map(({ specifier }) => specifier)).toEqual(["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts", "./f.ts"]);
  expect(found.filter(({ typeOnly }) => typeOnly).map(({ specifier }) => specifier)).toEqual(["./b.ts", "./f.ts"]);
});

test("the beginning of a query is seen, whoever handed the database on", () => {
  const source = 'export const f = (database: Database) => database.selectFrom("sessions").selectAll();';
  expect(queriesOf(syntaxNodes("x.ts", source))).toHaveLength(1);
  expect(queriesOf(syntaxNodes("x.ts", "const selectFrom = list(); menu.select(selectFrom);"))).toEqual([]);
  expect(mayQuery("core/database/sessions.ts")).toBe(true);
  expect(mayQuery("server/sessions/create-session.ts")).toBe(false);
});

test("types alone may come from a package of SQL or of development", () => {
  expect(broken("core/resources/session.ts", "kysely", true)).toEqual([]);
  expect(broken("server/http/app.ts", "vite", true)).toEqual([]);
});

test("a package's own name and our workspaces are told apart", () => {
  expect(resolveImport("client/ui/x.ts", "@nexbasira/core/contract/session.ts")).toEqual({
    kind: "file",
    path: "core/contract/session.ts",
  });
  expect(resolveImport("core/x.ts", "@peculiar/x509")).toEqual({ kind: "package", name: "@peculiar/x509" });
  expect(resolveImport("core/x.ts", "fs/promises")).toEqual({ kind: "builtin", name: "fs/promises" });
  expect(resolveImport("core/audit/x.ts", "../database/y.ts")).toEqual({ kind: "file", path: "core/database/y.ts" });
});

test.each([
  ["core/audit/chain.ts", "../../server/context.ts"],
  ["core/contract/session.ts", "node:crypto"],
  ["core/shapes/shape.ts", "../contract/errors.ts"],
  ["core/branding/shades-of.ts", "../logo/make-logo-safe.ts"],
  ["core/shapes/draw-svg.ts", "../database/session.ts"],
  ["client/console/main.tsx", "../../server/config.ts"],
  ["client/console/main.tsx", "@nexbasira/core/database/session.ts"],
  ["client/ui/hash.tsx", "node:crypto"],
  ["server/sessions/routes.ts", "../evidence/add.ts"],
  ["server/sessions/routes.ts", "kysely"],
  ["workers/report/main.ts", "../../server/context.ts"],
  ["workers/report/main.ts", "pg"],
  ["tools/start.ts", "../server/main.ts"],
  ["sdk/node/src/events.ts", "@nexbasira/core/contract/event.ts"],
  ["sdk/node/src/events.ts", "../../python/events.ts"],
  ["sdk/node/src/cli/listen.ts", "undici"],
  ["core/shapes/shape-parts.ts", "perfect-freehand"],
])("%s may not import %s", (from, specifier) => {
  expect(broken(from, specifier)).not.toEqual([]);
});

test.each([
  ["core/audit/chain.ts", "node:crypto"],
  ["core/contract/session.ts", "../shapes/shape.ts"],
  ["core/database/session.ts", "kysely"],
  ["core/jobs/queue.ts", "pg-boss"],
  ["client/console/main.tsx", "@nexbasira/ui/button.tsx"],
  ["client/console/main.tsx", "@nexbasira/core/shapes/shape.ts"],
  ["client/console/main.tsx", "@nexbasira/core/branding/shades-of.ts"],
  ["sdk/node/src/cli/listen.ts", "../events.ts"],
  ["sdk/node/src/verify-webhook.ts", "node:crypto"],
  ["server/http/app.ts", "../sessions/routes.ts"],
  ["server/http/app.ts", "express"],
  ["client/console/main.tsx", "react"],
  ["server/sessions/routes.ts", "./create-session.ts"],
  ["server/identity/authentication.ts", "kysely"],
  ["tools/embedded-postgres.ts", "pg"],
  ["server/sessions/create-session.test.ts", "../../test/helpers/test-database.ts"],
  ["test/e2e/job.test.ts", "../../server/main.ts"],
])("%s may import %s", (from, specifier) => {
  expect(broken(from, specifier)).toEqual([]);
});
