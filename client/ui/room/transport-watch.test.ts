import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TransportWatch } from "./transport-watch.ts";

describe("a transport that loses its way", () => {
  const done: string[] = [];
  let watch: TransportWatch;

  beforeEach(() => {
    vi.useFakeTimers();
    done.length = 0;
    watch = new TransportWatch({ restartIce: () => done.push("restart"), giveUp: () => done.push("give up") });
    watch.report("connecting");
    watch.report("connected");
  });
  afterEach(() => {
    watch.close();
    vi.useRealTimers();
  });

  it("gets a second to mend itself", () => {
    watch.report("disconnected");
    vi.advanceTimersByTime(999);
    watch.report("connected");
    vi.advanceTimersByTime(60_000);
    expect(done).toEqual([]);
  });

  it("gets new ICE after one second and is given up after eight", () => {
    watch.report("disconnected");
    vi.advanceTimersByTime(1_000);
    expect(done).toEqual(["restart"]);
    watch.report("connecting");
    vi.advanceTimersByTime(6_999);
    expect(done).toEqual(["restart"]);
    vi.advanceTimersByTime(1);
    expect(done).toEqual(["restart", "give up"]);
  });

  it("gets new ICE at once when it has failed", () => {
    watch.report("failed");
    vi.advanceTimersByTime(0);
    expect(done).toEqual(["restart"]);
  });

  it("gets new ICE at once when the network comes back", () => {
    watch.report("disconnected");
    watch.nudge();
    expect(done).toEqual(["restart"]);
    vi.advanceTimersByTime(1_000);
    expect(done).toEqual(["restart"]);
  });

  it("is left alone by a nudge while it is connected", () => {
    watch.nudge();
    expect(done).toEqual([]);
  });

  it("is given up when it never connects at all", () => {
    watch.report("new");
    watch.report("connecting");
    vi.advanceTimersByTime(8_000);
    expect(done).toEqual(["give up"]);
  });

  it("is left alone once it is closed", () => {
    watch.report("disconnected");
    watch.close();
    watch.report("failed");
    vi.advanceTimersByTime(60_000);
    expect(done).toEqual([]);
  });
});
