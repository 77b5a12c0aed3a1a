import type { types } from "mediasoup-client";
import { RtpCapabilities } from "./mediasoup-values.ts";

/** Draws upright for every receiver and for the recording only if the sender turns the picture itself. */
const ORIENTATION = "urn:3gpp:video-orientation";

let loaded: { key: string; device: Promise<types.Device> } | undefined;

/** Fetches mediasoup-client ahead of its use, so that entering the room does not wait for it. */
export function preloadMediasoup(): void {
  void import("mediasoup-client").catch(() => {
    // Without a network now; loadDevice tries again and tells.
  });
}

/**
 * The device for a router. Routers of one server are alike, so the last device is kept: a rejoin does not ask the browser
 * again what it can encode.
 *
 * @throws {Error} (name `UnsupportedError`) where the browser has no WebRTC that mediasoup-client knows.
 */
export function loadDevice(routerCapabilities: Record<string, unknown>): Promise<types.Device> {
  const key = JSON.stringify(routerCapabilities);
  if (loaded?.key === key) return loaded.device;
  const device = makeDevice(RtpCapabilities.parse(routerCapabilities));
  const entry = { key, device };
  loaded = entry;
  device.catch(() => {
    if (loaded === entry) loaded = undefined;
  });
  return device;
}

async function makeDevice(router: types.RtpCapabilities): Promise<types.Device> {
  const { Device } = await import("mediasoup-client");
  const device = new Device();
  const headerExtensions = router.headerExtensions?.filter((extension) => extension.uri !== ORIENTATION);
  await device.load({
    routerRtpCapabilities: headerExtensions === undefined ? router : { ...router, headerExtensions },
  });
  return device;
}
