import type { DeviceState } from "@nexbasira/core/contract/device.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DeviceReporter } from "./device-reporter.ts";

const phone = (waiting_captures: number): DeviceState => ({
  battery: null,
  network: { type: null, round_trip_ms: null, loss: null, available_bitrate: null },
  sending: null,
  camera: null,
  visible: true,
  waiting_captures,
});

describe("a phone's reports", () => {
  let now: number;
  let fails: boolean;
  let told: number[];
  let reporter: DeviceReporter;

  beforeEach(() => {
    vi.useFakeTimers();
    [now, fails, told] = [0, false, []];
    reporter = new DeviceReporter({
      read: () => phone(now),
      send: async ({ waiting_captures }) => {
        if (fails) throw new Error("no connection");
        told.push(waiting_captures);
      },
    });
  });
  afterEach(() => {
    reporter.close();
    vi.useRealTimers();
  });
  const change = (value: number): void => {
    now = value;
    reporter.changed();
  };

  it("begin on entering, at once", () => {
    change(1);
    expect(told).toEqual([]);
    reporter.entered();
    expect(told).toEqual([1]);
  });

  it("come at most once a second, and the last change is among them", () => {
    reporter.entered();
    for (let value = 1; value <= 50; value += 1) {
      change(value);
      vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(1_000);
    expect(told[0]).toBe(0);
    expect(told.at(-1)).toBe(50);
    expect(told.length).toBe(6);
  });

  it("are not sent where nothing has changed", () => {
    reporter.entered();
    for (let times = 0; times < 5; times += 1) {
      vi.advanceTimersByTime(2_000);
      change(0);
    }
    expect(told).toEqual([0]);
  });

  it("are made at once after each entering, changed or not", () => {
    reporter.entered();
    reporter.left();
    reporter.entered();
    expect(told).toEqual([0, 0]);
  });

  it("wait while the room cannot be reached", () => {
    reporter.entered();
    change(1);
    reporter.left();
    vi.advanceTimersByTime(5_000);
    change(2);
    expect(told).toEqual([0]);
    reporter.entered();
    expect(told).toEqual([0, 2]);
  });

  it("are made again with the next change where one did not get through", async () => {
    fails = true;
    reporter.entered();
    await vi.advanceTimersByTimeAsync(2_000);
    fails = false;
    change(0);
    expect(told).toEqual([0]);
  });
});
