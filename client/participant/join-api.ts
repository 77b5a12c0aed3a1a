import { CheckAnswer } from "@nexbasira/core/contract/check.ts";
import { CONSENT_TEXT_VERSION, JoinAnswer, JoinInfo } from "@nexbasira/core/contract/join.ts";
import { ApiError } from "@nexbasira/ui/api-error.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";
import type { Language } from "@nexbasira/ui/i18n.ts";
import { describeDevice } from "@nexbasira/ui/room/describe-device.ts";
import type { Ending } from "@nexbasira/ui/room/room-socket.ts";

export interface Consents {
  camera: boolean;
  microphone: boolean;
  location: boolean;
  recording: boolean;
}

/** Where the link's token leads. @throws {ApiError} `not_found` for a token that was never given out. */
export function readLink(token: string, limit: { timeoutMs?: number } = {}): Promise<JoinInfo> {
  return fetchJson(`/join/${encodeURIComponent(token)}`, { schema: JoinInfo, ...limit });
}

/** What the check before a call needs; enters nothing. @throws {ApiError} `gone` where the link no longer leads anywhere. */
export function openCheck(token: string): Promise<CheckAnswer> {
  return fetchJson(`/join/${encodeURIComponent(token)}/check`, { schema: CheckAnswer, body: {} });
}

/** Enters with what the person consents to. @throws {ApiError} `gone` where the link no longer leads anywhere. */
export function enterSession(token: string, consents: Consents, language: Language): Promise<JoinAnswer> {
  return fetchJson(`/join/${encodeURIComponent(token)}`, {
    schema: JoinAnswer,
    body: { device: describeDevice(), language, consent_text_version: CONSENT_TEXT_VERSION, consents },
  });
}

/** Enters again after a loss: an answer, or why there is none any more. @throws {ApiError} where that is not known now. */
export async function enterAgain(token: string, consents: Consents, language: Language): Promise<JoinAnswer | Ending> {
  try {
    return await enterSession(token, consents, language);
  } catch (error) {
    if (!(error instanceof ApiError) || error.temporary) throw error;
    if (error.code !== "gone") return "refused";
  }
  const { state } = await readLink(token);
  return state === "completed" || state === "cancelled" || state === "expired" ? state : "refused";
}
