import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Instance } from "../helpers/instance.ts";
import { startReceiver } from "../helpers/webhook-receiver.ts";
import { fillInstance } from "./fill-instance.ts";
import { pythonTool, runTool } from "./run-tool.ts";

/* Requests made from the OpenAPI document, valid and not, against a running server: what it answers is what it says. */

const BRAND_DOMAIN = "inspect.example.com";
const ENVIRONMENT = {
  // Far more than the requests of a run: limits are tested elsewhere.
  RATE_LIMIT_KEY: "1000000",
  RATE_LIMIT_ORGANIZATION: "1000000",
  RATE_LIMIT_ADDRESS: "1000000",
  BRAND_DOMAINS: `${BRAND_DOMAIN}=1`,
};

let instance: Instance;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let folder: string;
let whiteboard: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexbasira-schemathesis-"));
  receiver = await startReceiver();
  instance = await Instance.start(["server", "workers"], ENVIRONMENT);
  whiteboard = await fillInstance(instance, receiver.url);
}, 120_000);
afterAll(async () => {
  await instance?.stop();
  await receiver?.close();
  await rm(folder, { recursive: true, force: true });
});

test("schemathesis finds no request that the server answers otherwise than its document says", async () => {
  const { code, output } = await runTool(
    pythonTool("st"),
    [
      ...["--config-file", join(import.meta.dirname, "schemathesis.toml")],
      ...["run", `${instance.url}/v1/openapi.json`, "--no-color"],
      ...["--header", `Authorization: Bearer ${instance.credentials.api_key}`],
    ],
    {
      cwd: folder,
      env: {
        SCHEMATHESIS_HOOKS: join(import.meta.dirname, "schemathesis_hooks.py"),
        WEBHOOK_RECEIVER_URL: receiver.url,
        BRAND_DOMAIN,
        WHITEBOARD_ID: whiteboard,
      },
    },
  );
  expect(code, output).toBe(0);
}, 300_000);
