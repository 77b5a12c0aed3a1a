/** What stands in the way of a call on this device, as far as it can be known without asking the person. */
export interface DeviceCheck {
  /** The page may ask for camera and microphone at all. */
  media: boolean;
  camera: "found" | "none" | "unknown";
  microphone: "found" | "none" | "unknown";
  /** Permissions that were refused before, which the browser will not ask for again. */
  denied: ("camera" | "microphone")[];
}

export async function checkDevice(): Promise<DeviceCheck> {
  if (navigator.mediaDevices?.getUserMedia === undefined) {
    return { media: false, camera: "unknown", microphone: "unknown", denied: [] };
  }
  const devices = await listDevices();
  const found = (kind: MediaDeviceKind): "found" | "none" | "unknown" =>
    devices === null ? "unknown" : devices.some((device) => device.kind === kind) ? "found" : "none";
  const denied: DeviceCheck["denied"] = [];
  for (const name of ["camera", "microphone"] as const) {
    if (await isDenied(name)) denied.push(name);
  }
  return { media: true, camera: found("videoinput"), microphone: found("audioinput"), denied };
}

async function listDevices(): Promise<MediaDeviceInfo[] | null> {
  try {
    return await navigator.mediaDevices.enumerateDevices();
  } catch {
    // Some browsers tell nothing before a permission is given.
    return null;
  }
}

async function isDenied(name: "camera" | "microphone"): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name })).state === "denied";
  } catch {
    // A TypeError: this browser does not tell about that permission.
    return false;
  }
}
