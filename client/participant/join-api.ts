import { CONSENT_TEXT_VERSION, type Device, JoinAnswer, JoinInfo } from "@nexbasira/core/contract/join.ts";
import { ApiError } from "@nexbasira/ui/api-error.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";
import type { Language } from "@nexbasira/ui/i18n.ts";
import type { Ending } from "@nexbasira/ui/room/room-socket.ts";
import { readStored, writeStored } from "@nexbasira/ui/theme.ts";

export interface Consents {
  camera: boolean;
  microphone: boolean;
  location: boolean;
  recording: boolean;
}

const DEVICE_KEY = "nexbasira.device";

/** Where the link's token leads. @throws {ApiError} `not_found` for a token that was never given out. */
export function readLink(token: string): Promise<JoinInfo> {
  return fetchJson(`/join/${encodeURIComponent(token)}`, { schema: JoinInfo });
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

function describeDevice(): Device {
  return {
    id: deviceId(),
    user_agent: navigator.userAgent.slice(0, 500),
    screen: { width: screen.width, height: screen.height, pixel_ratio: devicePixelRatio },
  };
}

let madeHere: string | undefined;

/** Made once and kept: by it the server tells a rejoin from a second device. */
function deviceId(): string {
  const stored = readStored(DEVICE_KEY);
  if (stored !== null) return stored;
  madeHere ??= crypto.randomUUID();
  writeStored(DEVICE_KEY, madeHere);
  return madeHere;
}
