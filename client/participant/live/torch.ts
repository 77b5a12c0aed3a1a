/** The torch of a phone's camera (W3C mediacapture-image), which TypeScript's DOM types do not have. */
declare global {
  interface MediaTrackCapabilities {
    torch?: boolean;
  }
  interface MediaTrackConstraintSet {
    torch?: ConstrainBoolean;
  }
}

/** Whether this track's camera has a torch that the page may switch. Safari and Firefox have none to offer. */
export function hasTorch(track: MediaStreamTrack | null): boolean {
  return track?.getCapabilities?.().torch === true;
}

/** @throws {DOMException} where the camera does not do it now. */
export async function switchTorch(track: MediaStreamTrack, on: boolean): Promise<void> {
  await track.applyConstraints({ advanced: [{ torch: on }] });
}
