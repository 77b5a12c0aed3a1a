import { type CreateSandbox, Landing, Sandbox } from "@nexbasira/core/contract/sandbox.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";

/** What this server offers to whoever opens its address. */
export function readLanding(signal: AbortSignal): Promise<Landing> {
  return fetchJson("/landing", { schema: Landing, signal });
}

/**
 * Makes the visitor an organization of test mode and signs this browser in as its owner.
 * @throws {ApiError} with status 429 where too many were made, 404 where the server makes none.
 */
export function createSandbox(body: CreateSandbox): Promise<Sandbox> {
  return fetchJson("/sandbox", { schema: Sandbox, body });
}
