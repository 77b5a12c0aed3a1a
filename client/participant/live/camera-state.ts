import type { CameraState, Lens } from "@nexbasira/core/contract/device.ts";

/** What a camera's track says of torch and zoom (W3C mediacapture-image), which TypeScript's DOM types do not have. */
declare global {
  interface MediaTrackCapabilities {
    torch?: boolean;
    zoom?: { min?: number; max?: number; step?: number };
  }
  interface MediaTrackSettings {
    torch?: boolean;
    zoom?: number;
  }
  interface MediaTrackConstraintSet {
    torch?: ConstrainBoolean;
    zoom?: ConstrainDouble;
  }
}

/** The heights that are offered, where the camera has them. */
const RESOLUTIONS = [480, 720, 1_080, 1_440, 2_160];

/** Those of them that a camera has, by the largest picture it gives. Without capabilities (Firefox), none is offered. */
export function resolutionsOf({ width, height }: MediaTrackCapabilities): number[] {
  const most = Math.min(width?.max ?? 0, height?.max ?? 0);
  return RESOLUTIONS.filter((resolution) => resolution <= most);
}

/** What a camera calls 1×: phones 1, cameras that count otherwise (webcams in percent) their least. */
export function zoomUnit({ zoom }: MediaTrackCapabilities): number {
  const { min, max } = zoom ?? {};
  return min === undefined || max === undefined || (min <= 1 && max >= 1) || min <= 0 ? 1 : min;
}

/** In units of 1×. Null where the page may not zoom, or there is nothing to zoom by. */
export function zoomOf(capabilities: MediaTrackCapabilities, settings: MediaTrackSettings): CameraState["zoom"] {
  const { min, max, step = 0 } = capabilities.zoom ?? {};
  if (min === undefined || max === undefined || max <= min) return null;
  const unit = zoomUnit(capabilities);
  return { factor: (settings.zoom ?? min) / unit, least: min / unit, most: max / unit, step: step / unit };
}

/** What a device list says of a camera, as far as it is needed here. */
export interface ListedCamera {
  deviceId: string;
  label: string;
  facingMode: readonly string[] | undefined;
}

/** The phone's cameras. Without permission they have no id, and are none. */
export function lensesOf(cameras: readonly ListedCamera[]): Lens[] {
  return cameras
    .filter(({ deviceId }) => deviceId !== "")
    .slice(0, 16)
    .map(({ deviceId, label, facingMode }) => ({
      lens_id: deviceId.slice(0, 200),
      label: label.slice(0, 200),
      facing: facingOf(facingMode, label),
    }));
}

/** By what the device says; else by the words in which Android and iOS name their cameras, in the product's languages. */
function facingOf(facingMode: readonly string[] | undefined, label: string): Lens["facing"] {
  if (facingMode?.includes("environment")) return "environment";
  if (facingMode?.includes("user")) return "user";
  if (/back|rear|environment|rück|hinten|arrière|dos|zadní/i.test(label)) return "environment";
  if (/front|face ?time|user|vorder|avant|přední/i.test(label)) return "user";
  return null;
}

/** All that holds of the camera in use, but whether its picture is held. */
export function cameraStateOf(track: MediaStreamTrack, lenses: Lens[]): Omit<CameraState, "frozen"> {
  const capabilities = track.getCapabilities?.() ?? {};
  const settings = track.getSettings();
  const { width, height, deviceId } = settings;
  return {
    lens_id: deviceId || null,
    lenses,
    torch: capabilities.torch === true ? settings.torch === true : null,
    zoom: zoomOf(capabilities, settings),
    resolution: width === undefined || height === undefined ? null : Math.min(width, height),
    resolutions: resolutionsOf(capabilities),
    takes_photos: typeof ImageCapture !== "undefined",
  };
}

/** The cameras of this device now. */
export async function listLenses(): Promise<Lens[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const cameras = devices.filter(({ kind }) => kind === "videoinput");
  return lensesOf(
    cameras.map((camera) => ({
      deviceId: camera.deviceId,
      label: camera.label,
      facingMode:
        "getCapabilities" in camera && camera instanceof InputDeviceInfo
          ? camera.getCapabilities().facingMode
          : undefined,
    })),
  );
}
