import type { DeviceState } from "@nexbasira/core/contract/device.ts";

/** The Battery Status API (W3C battery-status), which Safari and Firefox do not have, nor TypeScript's DOM types. */
interface Battery extends EventTarget {
  readonly level: number;
  readonly charging: boolean;
}
declare global {
  interface Navigator {
    getBattery?(): Promise<Battery>;
  }
}

/** Follows the phone's battery, where the browser tells. */
export class BatteryWatch {
  #battery: Battery | undefined;
  #closed = false;
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    navigator.getBattery?.().then(
      (battery) => this.#follow(battery),
      () => {
        // Refused by a policy of the page around it: as if there were none.
      },
    );
  }

  get state(): DeviceState["battery"] {
    const battery = this.#battery;
    return battery === undefined ? null : { level: battery.level, charging: battery.charging };
  }

  close(): void {
    this.#closed = true;
    this.#battery?.removeEventListener("levelchange", this.#onChange);
    this.#battery?.removeEventListener("chargingchange", this.#onChange);
  }

  #follow(battery: Battery): void {
    if (this.#closed) return;
    this.#battery = battery;
    battery.addEventListener("levelchange", this.#onChange);
    battery.addEventListener("chargingchange", this.#onChange);
    this.#onChange();
  }
}
