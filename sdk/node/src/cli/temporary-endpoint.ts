import { describeFailure } from "./describe-failure.ts";
import type { ListenOptions } from "./options.ts";

/** What went wrong, for whoever runs the command. */
export class CommandError extends Error {}

export interface TemporaryEndpoint {
  id: string;
  secret: string;
  mode: string;
}

type Server = Pick<ListenOptions, "apiKey" | "baseUrl">;

/** Longer than the 10 s that the server gives the receiver of its probe. */
const LIMIT_MS = 20_000;

/** Registers an endpoint at this address. Throws `CommandError` with what to do. */
export async function registerEndpoint(
  server: Server,
  { url, events }: { url: string; events: readonly string[] },
): Promise<TemporaryEndpoint> {
  const answer = await call(server, "POST", "/webhook-endpoints", {
    url,
    description: "nexbasira listen",
    ...(events.length > 0 ? { event_types: events } : {}),
  });
  const body: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw new CommandError(whyRefused(answer.status, body, server.baseUrl));
  const [id, secret, mode] = [member(body, "id"), member(body, "signing_secret"), member(body, "mode")];
  if (!id || !secret) throw new CommandError(`${server.baseUrl} does not answer as a NexBasira server does.`);
  return { id, secret, mode: mode ?? "" };
}

/** Throws `CommandError` where the endpoint is left behind. */
export async function deleteEndpoint(server: Server, id: string): Promise<void> {
  const answer = await call(server, "DELETE", `/webhook-endpoints/${id}`);
  // Somebody else may have deleted it.
  if (!answer.ok && answer.status !== 404) throw new CommandError(`the server answered ${answer.status}`);
}

async function call({ apiKey, baseUrl }: Server, method: string, path: string, body?: object): Promise<Response> {
  try {
    return await fetch(`${baseUrl}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      signal: AbortSignal.timeout(LIMIT_MS),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  } catch (error) {
    throw new CommandError(`${baseUrl} cannot be reached: ${describeFailure(error)}`);
  }
}

function whyRefused(status: number, body: unknown, baseUrl: string): string {
  const detail = member(body, "detail") ?? "";
  if (status === 400 && member(body, "param") === "url") {
    return /not public|not https/.test(detail)
      ? `${baseUrl} does not post to local addresses. To permit it, set WEBHOOK_PRIVATE_RANGES=127.0.0.0/8 for the server ` +
          "and its workers, and start them again; a server in development (npm start) permits it by itself."
      : `${baseUrl} could not reach this machine as 127.0.0.1: it has to run on this machine, outside a container. ` +
          `It said: ${detail}`;
  }
  const problem = [`${baseUrl} answered ${status}`, detail].filter(Boolean).join(": ");
  if (status === 401) return `${problem} (see --api-key, NBX_KEY)`;
  return problem;
}

/** A text in a JSON object that came from elsewhere. */
function member(body: unknown, name: string): string | undefined {
  const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === "string" ? value : undefined;
}
