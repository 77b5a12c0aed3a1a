import type { CameraState } from "@nexbasira/core/contract/device.ts";
import { useState } from "react";
import { nextLens, zoomStep } from "./camera-steps.ts";
import type { Phone } from "./use-phone.ts";

export type PhoneMenu = "zoom" | "lens" | "resolution";

export interface PhoneActions {
  /** What is open over the controls. */
  menu: PhoneMenu | undefined;
  setMenu: (menu: PhoneMenu | undefined) => void;
  /** On, off, or asked for where the page may not switch it. */
  torch: () => void;
  zoomTo: (factor: number) => void;
  nearer: () => void;
  farther: () => void;
  /** To the other of two; a menu where there are more. */
  lens: () => void;
  lensTo: (lensId: string) => void;
  resolution: () => void;
  resolutionTo: (lines: number) => void;
}

/** Whether there is something to choose from. */
export function hasMenu(camera: CameraState | null, menu: PhoneMenu): boolean {
  if (camera === null) return false;
  if (menu === "zoom") return camera.zoom !== null;
  return menu === "lens" ? camera.lenses.length > 2 : camera.resolutions.length > 1;
}

/** The commands to the phone's camera as buttons and keys give them. What the camera cannot do does nothing. */
export function usePhoneActions({ camera, command }: Phone): PhoneActions {
  const [menu, setMenu] = useState<PhoneMenu>();
  const zoomTo = (factor: number) => command({ command: "zoom", factor });
  const step = (direction: "nearer" | "farther") => {
    if (camera?.zoom == null) return;
    const factor = zoomStep(camera.zoom, direction);
    if (factor !== camera.zoom.factor) zoomTo(factor);
  };
  const lensTo = (lens_id: string) => command({ command: "lens", lens_id });
  return {
    // One that the camera in use does not have is not open: it would hold the keys.
    menu: menu !== undefined && hasMenu(camera, menu) ? menu : undefined,
    setMenu,
    torch: () => {
      if (camera !== null) command({ command: "torch", on: camera.torch !== true });
    },
    zoomTo,
    nearer: () => step("nearer"),
    farther: () => step("farther"),
    lens: () => {
      if (camera === null) return;
      const next = nextLens(camera);
      if (hasMenu(camera, "lens")) setMenu("lens");
      else if (next !== undefined) lensTo(next.lens_id);
    },
    lensTo,
    resolution: () => {
      if (hasMenu(camera, "resolution")) setMenu("resolution");
    },
    resolutionTo: (resolution) => command({ command: "resolution", resolution }),
  };
}
