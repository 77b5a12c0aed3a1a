import { CONSENT_TEXT_VERSION, type JoinAnswer } from "@nexbasira/core/contract/join.ts";
import { ApiError } from "@nexbasira/ui/api-error.ts";
import { describeDevice } from "@nexbasira/ui/room/describe-device.ts";
import type { Ending } from "@nexbasira/ui/room/room-socket.ts";
import { joinSession, readSession } from "../api/sessions.ts";
import type { RecordingConsent } from "./recording-consent.ts";

export interface Entering {
  sessionId: string;
  role: "inspector" | "observer";
  consent: RecordingConsent;
}

/** The member's way into the room. @throws {ApiError} where there is none, or it is not known now. */
export function enterSession({ sessionId, role, consent }: Entering): Promise<JoinAnswer> {
  return joinSession(sessionId, {
    role,
    device: describeDevice(),
    language: consent.language,
    consents: { recording: consent.recording },
    consent_text_version: CONSENT_TEXT_VERSION,
  });
}

/** Enters again after a loss: an answer, or why there is none any more. @throws {ApiError} where that is not known now. */
export async function enterAgain(entering: Entering): Promise<JoinAnswer | Ending> {
  try {
    return await enterSession(entering);
  } catch (error) {
    if (!(error instanceof ApiError) || error.temporary) throw error;
    if (error.status === 401 || error.status === 403 || error.status === 404) return "refused";
  }
  const { status } = await readSession(entering.sessionId);
  return status === "completed" || status === "cancelled" || status === "expired" ? status : "refused";
}
