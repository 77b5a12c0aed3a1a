import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventEnvelope } from "@nexbasira/core/contract/event.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { WebhookEndpointPage } from "@nexbasira/core/contract/webhook.ts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Instance } from "../helpers/instance.ts";
import { verifyDelivery } from "../helpers/verify-delivery.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { startReceiver } from "../helpers/webhook-receiver.ts";

const SDK = join(import.meta.dirname, "../../sdk/node");

let instance: Instance;
/** A project that has the package installed as it would be published. */
let project: string;
const commands: Command[] = [];

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "nexbasira-listen-"));
  await run(SDK, "npm", "pack", "--pack-destination", project);
  const [archive = expect.fail()] = await readdir(project);
  await run(project, "npm", "install", "--offline", "--no-audit", "--no-fund", `./${archive}`);
  instance = await Instance.start(["server", "workers"]);
}, 120_000);
afterEach(async () => {
  for (const command of commands.splice(0)) await command.kill();
});
afterAll(async () => {
  await instance.stop();
  await rm(project, { recursive: true });
});

async function run(cwd: string, program: string, ...args: string[]): Promise<void> {
  const command = new Command(program, args, { cwd });
  expect(await command.ended, command.said.join("\n")).toBe(0);
}

/** A program with its lines, in a process group of its own as a terminal would give it. */
class Command {
  readonly printed: string[] = [];
  readonly said: string[] = [];
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(program: string, args: readonly string[], options: { cwd: string; env?: Record<string, string> }) {
    const { PATH, HOME } = process.env;
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { PATH, HOME, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#child = child;
    this.ended = once(child, "close").then(([code]) => code as number | null);
    for (const [stream, lines] of [
      [child.stdout, this.printed],
      [child.stderr, this.said],
    ] as const) {
      let rest = "";
      stream.setEncoding("utf8").on("data", (text: string) => {
        const whole = (rest + text).split("\n");
        rest = whole.pop() ?? "";
        lines.push(...whole);
      });
    }
  }

  /** To all processes of the command, as Ctrl+C in a terminal, or to the first alone; its exit code. */
  async interrupt(signal: NodeJS.Signals = "SIGINT", { all = true } = {}): Promise<number | null> {
    const pid = this.#child.pid ?? expect.fail();
    process.kill(all ? -pid : pid, signal);
    return this.ended;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.interrupt("SIGKILL");
  }
}

function nexbasira(args: readonly string[], env: Record<string, string> = {}, by = ["node_modules/.bin/nexbasira"]) {
  const [program = "", ...before] = by;
  const command = new Command(program, [...before, ...args], { cwd: project, env });
  commands.push(command);
  return command;
}

/** `nexbasira listen` against the server, once its endpoint is there; with its id. */
async function listen(options: string[] = [], by?: string[]): Promise<{ command: Command; id: string }> {
  const env = { NBX_KEY: instance.credentials.api_key };
  const command = nexbasira(["listen", "--base-url", instance.url, ...options], env, by);
  const line = await waitFor("the endpoint", () => command.said.find((said) => said.startsWith("Endpoint ")), 30_000);
  await waitFor("the probe", () => command.printed.length > 0);
  return { command, id: line.split(" ")[1] ?? "" };
}

function createSession(): Promise<Session> {
  const participant = { name: "Marie L.", channel: "link" };
  return instance.post("/v1/sessions", { type: "field_inspection", reference: "INS-42871", participant }, Session);
}

async function urlOf(id: string): Promise<string> {
  const page = WebhookEndpointPage.parse(await (await instance.api("/v1/webhook-endpoints")).json());
  return page.data.find((endpoint) => endpoint.id === id)?.url ?? expect.fail();
}

test("each event is verified, printed whole and passed on as it came, until Ctrl+C deletes the endpoint", async () => {
  const receiver = await startReceiver();
  const options = ["--json", "--events", "session.created", "--forward", `${receiver.url}/mine`];
  const { command, id } = await listen(options, ["npx", "--offline", "nexbasira"]);
  const session = await createSession();
  await waitFor("the event", () => command.printed.length === 2);
  const [probe, created] = command.printed.map((line) => EventEnvelope.parse(JSON.parse(line)));
  expect(probe).toMatchObject({ type: "webhook.test", data: { test: true } });
  expect(created).toMatchObject({ type: "session.created", data: { id: session.id } });

  await waitFor("both to be passed on", () => receiver.received.length === 2);
  const said = command.said.find((line) => line.includes("whsec_")) ?? expect.fail();
  const secret = /whsec_\w+/.exec(said)?.[0] ?? expect.fail();
  const passedOn = receiver.received.map((received) => verifyDelivery(received, secret));
  expect(new Set(passedOn.map((event) => event.id))).toEqual(new Set([probe?.id, created?.id]));
  expect(receiver.received.map(({ path }) => path)).toEqual(["/mine", "/mine"]);
  expect(receiver.received[1]?.headers).toMatchObject({
    "user-agent": "NexBasira-Webhooks/1",
    "nb-delivery-attempt": "1",
  });
  await waitFor("both outcomes", () => command.said.filter((line) => line.includes("answered 200")).length === 2);

  // npx itself ends by the signal.
  await command.interrupt();
  expect(command.said).toContain(`Endpoint ${id} is deleted.`);
  expect((await instance.api(`/v1/webhook-endpoints/${id}`)).status).toBe(404);
  await receiver.close();
});

test("people get a line for each event; a receiver that does not answer keeps none from coming", async () => {
  const { command, id } = await listen(["--forward", "http://127.0.0.1:4/"]);
  const session = await createSession();
  const line = await waitFor("the event", () => command.printed.find((text) => text.includes("session.created")));
  expect(line).toMatch(new RegExp(`^[\\dTZ:-]{20}  session\\.created {7}evt_\\w+  ${session.id}  #1$`));
  await waitFor("the failure", () => command.said.find((text) => text.includes("http://127.0.0.1:4/ did not answer")));
  expect(await command.interrupt("SIGTERM")).toBe(0);
  expect((await instance.api(`/v1/webhook-endpoints/${id}`)).status).toBe(404);
});

test("a SIGTERM to npx alone, as a supervisor sends it, ends the command and deletes the endpoint, too", async () => {
  const { command, id } = await listen([], ["npx", "--offline", "nexbasira"]);
  await command.interrupt("SIGTERM", { all: false });
  expect(command.said).toContain(`Endpoint ${id} is deleted.`);
});

test("what the server did not sign is refused and not printed", async () => {
  const { command, id } = await listen();
  const url = await urlOf(id);
  const forged = { id: "evt_1", type: "session.completed", created_at: "2026-05-23T11:42:15Z", data: {} };
  const signature = `t=${Math.floor(Date.now() / 1000)},v1=${"0".repeat(64)}`;
  const post = (headers: Record<string, string>) =>
    fetch(url, { method: "POST", headers, body: JSON.stringify(forged) }).then(({ status }) => status);
  expect(await post({ "nb-signature": signature })).toBe(401);
  expect(await post({ "nb-event-type": "webhook.test" })).toBe(401);
  expect((await fetch(url)).status).toBe(405);
  expect(command.said.filter((line) => line.startsWith("A request was refused"))).toHaveLength(2);
  expect(command.printed).toHaveLength(1);
  expect(await command.interrupt()).toBe(0);
});

test.each<[string, () => string[], RegExp, number]>([
  ["without a key", () => ["listen"], /An API key is needed/, 2],
  ["with another command", () => ["send"], /There is one command/, 2],
  ["with a wrong key", () => ["listen", "--api-key", "nbx_test_sk_no"], /answered 401: .*NBX_KEY/, 1],
  [
    "for an event that does not exist",
    () => ["listen", "--api-key", KEY(), "--events", "a.b"],
    /answered 400: .*event/,
    1,
  ],
  [
    "where no server is",
    () => ["listen", "--api-key", "a", "--base-url", "http://127.0.0.1:9"],
    /cannot be reached/,
    1,
  ],
])("%s, the command says what to do and ends", async (_name, args, why, code) => {
  const base = args().includes("--base-url") || args().length < 2 ? [] : ["--base-url", instance.url];
  const command = nexbasira([...args(), ...base]);
  expect(await command.ended).toBe(code);
  expect(command.said.join("\n")).toMatch(why);
  expect(command.printed).toEqual([]);
});
const KEY = () => instance.credentials.api_key;

test("a server that does not permit local addresses is told how to", async () => {
  const closed = await Instance.start(["server"], { NEXBASIRA_MODE: "production" });
  const command = nexbasira(["listen", "--base-url", closed.url, "--api-key", closed.credentials.api_key]);
  expect(await command.ended).toBe(1);
  expect(command.said.join("\n")).toContain("set WEBHOOK_PRIVATE_RANGES=127.0.0.0/8");
  await closed.stop();
});

test("an endpoint that cannot be deleted is named", async () => {
  const { command, id } = await listen();
  await instance.child("server").stop();
  expect(await command.interrupt()).toBe(1);
  expect(command.said.join("\n")).toContain(`Endpoint ${id} could not be deleted`);
});
