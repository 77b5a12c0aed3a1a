import { Branding, type UpdateBranding } from "@nexbasira/core/contract/branding.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";

const PATH = "/v1/branding";

/** A logo of a megabyte takes its time on a slow line. */
const UPDATE_TIMEOUT_MS = 60_000;

export function readBranding(signal: AbortSignal): Promise<Branding> {
  return fetchJson(PATH, { schema: Branding, signal });
}

/** Changes what is given. @throws {ApiError} with the field at fault as `param`. */
export function updateBranding(body: UpdateBranding): Promise<Branding> {
  return fetchJson(PATH, { schema: Branding, method: "PATCH", body, timeoutMs: UPDATE_TIMEOUT_MS });
}
