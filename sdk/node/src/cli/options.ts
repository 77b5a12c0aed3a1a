import { parseArgs } from "node:util";

export interface ListenOptions {
  apiKey: string;
  /** Without a slash at its end. */
  baseUrl: string;
  /** Empty: all. */
  events: string[];
  /** Where each event goes on to, if anywhere. */
  forward: string | undefined;
  json: boolean;
}

/** What is wrong with how the command was called. */
export class UsageError extends Error {}

const DEFAULT_BASE_URL = "http://localhost:3000";

export const USAGE = `nexbasira listen: receives webhooks on this machine while you write their receiver.

  npx nexbasira listen [options]

  --api-key KEY      a key with the scope webhooks:write; or the variable NBX_KEY
  --base-url URL     the NexBasira server; ${DEFAULT_BASE_URL} if left out
  --events A,B       only these events; all if left out
  --forward URL      post each event on, with its body and headers as they came
  --json             print each event as one line of JSON

It registers a temporary endpoint, prints each event whose signature is valid, and deletes the endpoint when you press
Ctrl+C. The server has to be on this machine, and has to permit local addresses: in development it does, elsewhere by
WEBHOOK_PRIVATE_RANGES=127.0.0.0/8 for the server and its workers. Where its certificate is your own, name the authority
by NODE_EXTRA_CA_CERTS.`;

/** What to do, or "help". Throws `UsageError`. */
export function parseOptions(args: string[], environment: Record<string, string | undefined>): ListenOptions | "help" {
  const { values, positionals } = parse(args);
  if (values.help) return "help";
  const [command, ...others] = positionals;
  if (command !== "listen" || others.length > 0) throw new UsageError("There is one command: listen.");
  const apiKey = values["api-key"] ?? environment.NBX_KEY;
  if (!apiKey) throw new UsageError("An API key is needed: --api-key or NBX_KEY.");
  const events = (values.events ?? "").split(",").map((name) => name.trim());
  return {
    apiKey,
    // As the API's own documents write it, with the version, too.
    baseUrl: webAddress(values["base-url"] ?? DEFAULT_BASE_URL, "--base-url")
      .replace(/\/+$/, "")
      .replace(/\/v1$/, ""),
    events: events.filter((name) => name !== ""),
    forward: values.forward === undefined ? undefined : webAddress(values.forward, "--forward"),
    json: values.json ?? false,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        "api-key": { type: "string" },
        "base-url": { type: "string" },
        events: { type: "string" },
        forward: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    // What parseArgs says of an option that it does not know, or that lacks its value.
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function webAddress(text: string, option: string): string {
  if (!/^https?:\/\/[^/]/.test(text) || !URL.canParse(text)) {
    throw new UsageError(`${option} must be an address that begins with http:// or https://.`);
  }
  return text;
}
