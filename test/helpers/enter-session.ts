import { randomUUID } from "node:crypto";
import { JoinAnswer, type JoinRequest, type StaffJoinRequest } from "@nexbasira/core/contract/join.ts";
import type { Session } from "@nexbasira/core/contract/session.ts";
import type { Installation } from "./installation.ts";

/** What a phone's page sends when its owner agrees to everything. */
export function joinRequest(): JoinRequest {
  return {
    device: { id: randomUUID(), user_agent: "A phone" },
    language: "en",
    consent_text_version: "2026-11",
    consents: { camera: true, microphone: true, location: true, recording: true },
  };
}

/** What the console sends when a member enters and agrees to be recorded. */
export function staffJoinRequest(role: StaffJoinRequest["role"]): StaffJoinRequest {
  return {
    device: { id: randomUUID(), user_agent: "A browser" },
    role,
    language: "en",
    consents: { recording: true },
    consent_text_version: "2026-11",
  };
}

/** The participant enters by the session's link, so that it becomes active. */
export async function enterSession(installation: Installation, session: Session): Promise<JoinAnswer> {
  const response = await fetch(`${installation.url}/join/${session.join_url.split("/s/")[1]}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(joinRequest()),
  });
  if (!response.ok) throw new Error(`the link answered ${response.status}: ${await response.text()}`);
  return JoinAnswer.parse(await response.json());
}
