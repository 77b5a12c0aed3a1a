export type Facing = "environment" | "user";

/** What the call carries, by the picture's shorter side in pixels. */
export const USUAL_RESOLUTION = 720;

/**
 * A picture of this size, wide as cameras have it; where the camera gives nothing smaller, up to 1080p, so that frames
 * stay sharp.
 */
export function sizeConstraints(resolution: number): MediaTrackConstraints {
  const width = Math.round((resolution * 16) / 9);
  const most = Math.max(1920, width);
  return {
    width: { ideal: width, max: most },
    height: { ideal: resolution, max: most },
    frameRate: { ideal: 30, max: 30 },
  };
}

/** The camera that looks away from the person, or at them. A device with one camera gives that one. */
export function cameraConstraints(facing: Facing, resolution = USUAL_RESOLUTION): MediaTrackConstraints {
  return { ...sizeConstraints(resolution), facingMode: { ideal: facing } };
}

/** One camera by its id. */
export function cameraById(deviceId: string, resolution = USUAL_RESOLUTION): MediaTrackConstraints {
  return { ...sizeConstraints(resolution), deviceId: { exact: deviceId } };
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
  resolution = USUAL_RESOLUTION,
): MediaTrackConstraints {
  if (now.facing === "environment") return cameraConstraints("user", resolution);
  if (now.facing === "user") return cameraConstraints("environment", resolution);
  const next = cameras[(cameras.indexOf(now.deviceId ?? "") + 1) % cameras.length];
  return next === undefined ? cameraConstraints("environment", resolution) : cameraById(next, resolution);
}
