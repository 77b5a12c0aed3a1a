export type Facing = "environment" | "user";

/** 720p is what the call carries; up to 1080p where the camera gives nothing smaller, so that frames stay sharp. */
const SIZE: MediaTrackConstraints = {
  width: { ideal: 1280, max: 1920 },
  height: { ideal: 720, max: 1920 },
  frameRate: { ideal: 30, max: 30 },
};

/** The camera that looks away from the person, or at them. A device with one camera gives that one. */
export function cameraConstraints(facing: Facing): MediaTrackConstraints {
  return { ...SIZE, facingMode: { ideal: facing } };
}

/** One camera by its id, where cameras have no side (a laptop, a webcam). */
export function cameraById(deviceId: string): MediaTrackConstraints {
  return { ...SIZE, deviceId: { exact: deviceId } };
}

export const MICROPHONE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/**
 * The lens to switch to: the other side where cameras have sides, else the next of the list.
 * `cameras` are the ids of the device's cameras.
 */
export function nextLens(
  now: { facing: string | undefined; deviceId: string | undefined },
  cameras: readonly string[],
): MediaTrackConstraints {
  if (now.facing === "environment") return cameraConstraints("user");
  if (now.facing === "user") return cameraConstraints("environment");
  const next = cameras[(cameras.indexOf(now.deviceId ?? "") + 1) % cameras.length];
  return next === undefined ? cameraConstraints("environment") : cameraById(next);
}
