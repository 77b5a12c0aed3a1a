import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Session } from "@nexbasira/core/contract/session.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PROJECT } from "../../tools/setup/paths.mjs";
import { Instance } from "../helpers/instance.ts";
import { nodeTool, pythonTool, runTool } from "./run-tool.ts";

/* What integrators make of the OpenAPI document: it is valid, and others' generators give types that can be used. */

let instance: Instance;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexbasira-open-api-"));
  instance = await Instance.start(["server"]);
});
afterAll(async () => {
  await instance?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a program in the folder; it must succeed. */
async function run(command: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  const { code, output } = await runTool(command, args, { cwd: folder, env });
  expect(code, output).toBe(0);
  return output;
}

const documentUrl = () => `${instance.url}/v1/openapi.json`;

test("the document is valid OpenAPI 3.1, the same below both base paths, and read without a key", async () => {
  const [first, second] = await Promise.all(
    ["/v1", "/api/v1/public"].map(async (base) => (await fetch(`${instance.url}${base}/openapi.json`)).text()),
  );
  expect(second).toBe(first);
  await writeFile(join(folder, "openapi.json"), first ?? "");
  expect(await run(pythonTool("openapi-spec-validator"), ["--schema", "3.1", "openapi.json"])).toContain("OK");
});

/** What an integrator writes on the types of openapi-typescript; each expected error is one that the types must find. */
const CLIENT = `
import type { components, operations, paths, webhooks } from "./api.js";

type Session = components["schemas"]["Session"];
type NewSession = operations["createSession"]["requestBody"]["content"]["application/json"];
type Created = paths["/sessions"]["post"]["responses"][201]["content"]["application/json"];
type Problem = paths["/sessions"]["post"]["responses"][400]["content"]["application/problem+json"];
type Filter = NonNullable<operations["listSessions"]["parameters"]["query"]>;
type Completed = webhooks["session.completed"]["post"]["requestBody"]["content"]["application/json"];

export const request: NewSession = {
  type: "field_inspection",
  reference: "INS-42871",
  participant: { name: "Marie L.", channel: "sms", phone: "+33612345678" },
  signature: { level: "aes" },
};
// @ts-expect-error the reference is required
export const incomplete: NewSession = { type: "field_inspection", participant: request.participant };
// @ts-expect-error no such channel
export const unknown: NewSession["participant"] = { name: "Marie L.", channel: "fax" };
// @ts-expect-error a request has no such field
export const excess: NewSession = { ...request, colour: "red" };

export const filter: Filter = { status: "active", limit: 100 };
// @ts-expect-error a limit is a number
export const wrong: Filter = { limit: "100" };

export function follow(created: Created, problem: Problem, completed: Completed): [Session, string, string | null] {
  const session: Session = created;
  const code: string = problem.code;
  // @ts-expect-error it may be null
  const phone: string = session.participant.phone;
  return [session, code + completed.type + phone, session.completed_at];
}
`;

test("openapi-typescript makes types that a client compiles with, by TypeScript 5 and 7", async () => {
  await run(process.execPath, [nodeTool("openapi-typescript/bin/cli.js"), documentUrl(), "--output", "api.d.ts"]);
  await writeFile(join(folder, "client.ts"), CLIENT);
  const options = ["--noEmit", "--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes"];
  const target = ["--target", "es2022", "--module", "nodenext"];
  for (const compiler of [nodeTool("typescript/bin/tsc"), join(PROJECT, "node_modules/typescript/bin/tsc")])
    await run(process.execPath, [compiler, ...options, ...target, "client.ts", "api.d.ts"]);
});

test("datamodel-codegen makes models that parse what the server answers and refuse what it would", async () => {
  await run(pythonTool("datamodel-codegen"), [
    ...["--url", documentUrl(), "--input-file-type", "openapi", "--output", "models.py"],
    ...["--output-model-type", "pydantic_v2.BaseModel", "--allow-private-network"],
  ]);
  const participant = { name: "Zoë Žáčková", channel: "email", email: "zoe@example.com", locale: "cs" };
  const created = await instance.api("/v1/sessions", {
    method: "POST",
    body: JSON.stringify({ type: "field_inspection", reference: "INS-42871", participant, metadata: { claim: "7" } }),
  });
  const session = await created.text();
  const page = await (await instance.api("/v1/sessions")).text();
  await writeFile(join(folder, "session.json"), session);
  await writeFile(join(folder, "page.json"), page);
  const program = join(import.meta.dirname, "programs", "parse_answers.py");
  const parsed = await run(pythonTool("python"), [program, "session.json", "page.json"], { PYTHONPATH: folder });
  const { id } = Session.parse(JSON.parse(session));
  expect(JSON.parse(parsed)).toEqual({ session: id, status: "pending", listed: [id] });
});
