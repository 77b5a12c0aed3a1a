import { SessionSigning } from "@nexbasira/core/contract/console.ts";
import type { CodeRecipient, ConfirmIdentity } from "@nexbasira/core/contract/signing.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";

const pathOf = (id: string, rest: string): string => `/console/api/sessions/${encodeURIComponent(id)}/${rest}`;

/** Vouches for whom the member sees. @throws {ApiError} `conflict` unless the participant is in the call. */
export function confirmIdentity(id: string, body: ConfirmIdentity): Promise<SessionSigning> {
  return fetchJson(pathOf(id, "identity"), { schema: SessionSigning, body });
}

/** Where the session's codes go from now on. */
export function setCodeRecipient(id: string, body: CodeRecipient): Promise<SessionSigning> {
  return fetchJson(pathOf(id, "code-recipient"), { schema: SessionSigning, body });
}

/** Sends the participant the link to their report again. @throws {ApiError} `conflict`, `rate_limited`. */
export function askSignerAgain(id: string): Promise<SessionSigning> {
  return fetchJson(pathOf(id, "signature-requests"), { schema: SessionSigning, body: {} });
}

/** Has the report sealed without its participant's signature. @throws {ApiError} `conflict`. */
export function stopAwaitingSigner(id: string): Promise<SessionSigning> {
  return fetchJson(pathOf(id, "signature-requests/stop"), { schema: SessionSigning, body: {} });
}
