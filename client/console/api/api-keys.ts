import { ApiKeyPage, type ApiKeyState, type CreateApiKey, CreatedApiKey } from "@nexbasira/core/contract/api-key.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";
import { z } from "zod";

const PATH = "/console/api/api-keys";

/** There are at most a hundred active keys, so one page holds them all. */
const PAGE_SIZE = 100;

/** One page of the keys in this state, newest first. `cursor` is the page before's `next_cursor`. */
export function listApiKeys(state: ApiKeyState, cursor: string | null, signal: AbortSignal): Promise<ApiKeyPage> {
  const query = new URLSearchParams({ state, limit: String(PAGE_SIZE), ...(cursor !== null && { cursor }) });
  return fetchJson(`${PATH}?${query}`, { schema: ApiKeyPage, signal });
}

/** `idempotencyKey` is the form's: sending it twice makes one key and gives its secret again. */
export function createApiKey(body: CreateApiKey, idempotencyKey: string): Promise<CreatedApiKey> {
  return fetchJson(PATH, { schema: CreatedApiKey, body, headers: { "idempotency-key": idempotencyKey } });
}

export async function revokeApiKey(id: string): Promise<void> {
  await fetchJson(`${PATH}/${encodeURIComponent(id)}`, { schema: z.undefined(), method: "DELETE" });
}
