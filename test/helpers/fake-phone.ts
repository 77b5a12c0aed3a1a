import type { Page } from "puppeteer-core";

/*
 * What Chromium's fake camera lacks of a phone, put in before the page loads: a battery, a torch, a zoom. What the page
 * asks of them it finds in the track's settings, as on a phone.
 */

interface FakeBattery extends EventTarget {
  level: number;
  charging: boolean;
}
declare global {
  var fakeBattery: FakeBattery;
}

/** Everything that is opened on this page from now on has them. */
export async function fakePhone(page: Page, { torch = true }: { torch?: boolean } = {}): Promise<void> {
  await page.evaluateOnNewDocument((hasTorch) => {
    const battery = Object.assign(new EventTarget(), { level: 0.64, charging: false });
    globalThis.fakeBattery = battery;
    Object.assign(navigator, { getBattery: async () => battery });
    const added = new WeakMap<MediaStreamTrack, { torch?: boolean; zoom?: number }>();
    const { getCapabilities, getSettings, applyConstraints } = MediaStreamTrack.prototype;
    Object.assign(MediaStreamTrack.prototype, {
      getCapabilities(this: MediaStreamTrack) {
        const real = getCapabilities.call(this);
        if (this.kind !== "video") return real;
        return { ...real, ...(hasTorch && { torch: true }), zoom: { min: 1, max: 8, step: 0.1 } };
      },
      getSettings(this: MediaStreamTrack) {
        const real = getSettings.call(this);
        return this.kind !== "video" ? real : { ...real, torch: false, zoom: 1, ...added.get(this) };
      },
      async applyConstraints(this: MediaStreamTrack, constraints: MediaTrackConstraints = {}) {
        const { advanced = [], ...rest } = constraints;
        const wanted: { torch?: boolean; zoom?: number } = Object.assign({}, ...advanced);
        added.set(this, { ...added.get(this), ...wanted });
        if (Object.keys(rest).length > 0) await applyConstraints.call(this, rest);
      },
    });
  }, torch);
}

/** The battery as it is from now on. */
export async function setBattery(page: Page, level: number, charging = false): Promise<void> {
  await page.evaluate(
    (state) => {
      Object.assign(globalThis.fakeBattery, state);
      globalThis.fakeBattery.dispatchEvent(new Event("levelchange"));
    },
    { level, charging },
  );
}
