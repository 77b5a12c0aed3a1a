import {
  type ChooseCredential,
  type CodeOutcome,
  ConfirmAnswer,
  ProviderWay,
  Signing,
} from "@nexbasira/core/contract/signing.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";
import type { Language } from "@nexbasira/ui/i18n.ts";

const pathOf = (token: string, rest = ""): string => `/join/${encodeURIComponent(token)}/signing${rest}`;

/** What there is to sign by this link, and how far it is. */
export function readSigning(token: string): Promise<Signing> {
  return fetchJson(pathOf(token), { schema: Signing });
}

/** Has a code sent. @throws {ApiError} `rate_limited`, `gone`, `conflict`. */
export function askForCode(token: string): Promise<Signing> {
  return fetchJson(pathOf(token, "/codes"), { schema: Signing, body: {} });
}

/** Tries a code; with a document, the right one signs it. @throws {ApiError} `gone` where there is nothing to sign. */
export function confirmCode(
  token: string,
  code: string,
  documentSha256: string | null,
): Promise<{ outcome: CodeOutcome; signing: Signing }> {
  const body = { code, ...(documentSha256 !== null && { document_sha256: documentSha256 }) };
  return fetchJson(pathOf(token, "/confirmation"), { schema: ConfirmAnswer, body });
}

/** Says for good that the document is not signed. @throws {ApiError} `gone`. */
export function refuseToSign(token: string): Promise<Signing> {
  return fetchJson(pathOf(token, "/refusal"), { schema: Signing, body: {} });
}

/** A remote signing service is asked, by way of our server, which takes its time. */
const SERVICE_TIME_MS = 60_000;

/** Who the person is at the signing service, or which of their certificates there signs. @throws {ApiError} `gone`, `conflict`. */
export function chooseCredential(token: string, choice: ChooseCredential): Promise<Signing> {
  const path = pathOf(token, "/provider/credential");
  return fetchJson(path, { schema: Signing, body: choice, timeoutMs: SERVICE_TIME_MS });
}

/** Has the service send its own code. @throws {ApiError} `gone`. */
export function askProviderForCode(token: string): Promise<Signing> {
  return fetchJson(pathOf(token, "/provider/code"), { schema: Signing, body: {}, timeoutMs: SERVICE_TIME_MS });
}

/** Gives leave to sign this document. @throws {ApiError} `gone`. */
export function giveLeave(
  token: string,
  leave: { document_sha256: string; answers: Record<string, string> },
): Promise<Signing> {
  return fetchJson(pathOf(token, "/provider/leave"), { schema: Signing, body: leave, timeoutMs: SERVICE_TIME_MS });
}

/** The address of the service's own page. @throws {ApiError} `gone`, `unavailable`. */
export async function wayToProvider(token: string, language: Language): Promise<string> {
  const path = pathOf(token, "/provider/way");
  return (await fetchJson(path, { schema: ProviderWay, body: { language }, timeoutMs: SERVICE_TIME_MS })).url;
}
