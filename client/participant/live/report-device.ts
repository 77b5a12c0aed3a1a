import type { CaptureQueue } from "@nexbasira/ui/capture/capture-queue.ts";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { BatteryWatch } from "./battery-watch.ts";
import { DeviceReporter } from "./device-reporter.ts";
import { deviceState } from "./device-state.ts";
import type { PhoneMedia } from "./phone-media.ts";

/** The Network Information API (WICG netinfo), which TypeScript's DOM types do not have. */
declare global {
  interface Navigator {
    readonly connection?: EventTarget & { readonly type?: string };
  }
}

/** Tells the room how this phone is, whenever that changes, until it is closed. */
export function reportDevice(parts: { room: RoomConnection; media: PhoneMedia; captures: CaptureQueue }): {
  close: () => void;
} {
  const { room, media, captures } = parts;
  const reporter = new DeviceReporter({
    read: () =>
      deviceState({
        battery: battery.state,
        networkType: navigator.connection?.type,
        room: room.getSnapshot(),
        phone: media.getSnapshot(),
        captures: captures.getSnapshot().records,
        visible: document.visibilityState === "visible",
      }),
    send: (state) => room.request("device.report", state),
  });
  const battery = new BatteryWatch(reporter.changed);
  let entered: number | null = null;
  const followRoom = (): void => {
    const { phase, room: view } = room.getSnapshot();
    const now = phase === "live" ? (view?.server_time_ms ?? null) : null;
    if (now === null) reporter.left();
    else if (now !== entered) reporter.entered();
    else reporter.changed();
    entered = now;
  };
  const stops = [room.subscribe(followRoom), media.subscribe(reporter.changed), captures.subscribe(reporter.changed)];
  document.addEventListener("visibilitychange", reporter.changed);
  navigator.connection?.addEventListener("change", reporter.changed);
  return {
    close: () => {
      for (const stop of stops) stop();
      document.removeEventListener("visibilitychange", reporter.changed);
      navigator.connection?.removeEventListener("change", reporter.changed);
      battery.close();
      reporter.close();
    },
  };
}
