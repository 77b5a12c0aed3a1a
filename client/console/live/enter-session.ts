import type { Device, JoinAnswer } from "@nexbasira/core/contract/join.ts";
import { ApiError } from "@nexbasira/ui/api-error.ts";
import type { Ending } from "@nexbasira/ui/room/room-socket.ts";
import { readStored, writeStored } from "@nexbasira/ui/theme.ts";
import { joinSession, readSession } from "../api/sessions.ts";

export type StaffRole = "inspector" | "observer";

/** The member's way into the room. @throws {ApiError} where there is none, or it is not known now. */
export function enterSession(sessionId: string, role: StaffRole): Promise<JoinAnswer> {
  return joinSession(sessionId, role, describeDevice());
}

/** Enters again after a loss: an answer, or why there is none any more. @throws {ApiError} where that is not known now. */
export async function enterAgain(sessionId: string, role: StaffRole): Promise<JoinAnswer | Ending> {
  try {
    return await enterSession(sessionId, role);
  } catch (error) {
    if (!(error instanceof ApiError) || error.temporary) throw error;
    if (error.status === 401 || error.status === 403 || error.status === 404) return "refused";
  }
  const { status } = await readSession(sessionId);
  return status === "completed" || status === "cancelled" || status === "expired" ? status : "refused";
}

const DEVICE_KEY = "nexbasira.console-device";

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
