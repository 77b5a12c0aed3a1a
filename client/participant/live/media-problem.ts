import type { LocalTrackProblem } from "@nexbasira/ui/room/local-track.ts";
import type { SourceState } from "./phone-camera.ts";
import type { PhoneMediaSnapshot } from "./phone-media.ts";

export interface MediaProblem {
  kind: LocalTrackProblem;
  what: "camera" | "microphone" | "both";
}

/** What of camera and microphone was consented to and could not be had; null where nothing is missing. */
export function mediaProblem({ camera, microphone }: PhoneMediaSnapshot): MediaProblem | null {
  const problemOf = (state: SourceState): LocalTrackProblem | null =>
    state === "off" || state === "opening" || state === "on" ? null : state;
  const [picture, sound] = [problemOf(camera), problemOf(microphone)];
  const kind = picture ?? sound;
  if (kind === null) return null;
  return { kind, what: picture !== null && sound !== null ? "both" : picture !== null ? "camera" : "microphone" };
}
