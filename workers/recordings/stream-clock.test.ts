import { describe, expect, it } from "vitest";
import { OffsetCurve } from "./offset-curve.ts";
import { StreamClockObserver } from "./stream-clock.ts";

interface Sent {
  /** True time of capture, in milliseconds of the part. */
  ms: number;
  arrivalMs: number;
  timestamp: number;
}

/** Packets every 20 ms of a 48 kHz clock; `ticksAt` and `travelAt` say how clock and network behave. */
function audio(seconds: number, options: { ticksAt?: (ms: number) => number; travelAt?: (ms: number) => number } = {}) {
  const { ticksAt = (ms) => ms * 48, travelAt = () => 25 } = options;
  return Array.from({ length: seconds * 50 }, (_, i): Sent => {
    const ms = i * 20;
    return { ms, arrivalMs: ms + travelAt(ms), timestamp: Math.round(ticksAt(ms)) >>> 0 };
  });
}

/** The largest difference between when a packet was captured and when the clock says so, less the usual travel time. */
function worstError(sent: Sent[], observer: StreamClockObserver, sender: OffsetCurve | null, travelMs: number): number {
  const clock = observer.createClock(sender);
  return Math.max(...sent.map(({ ms, arrivalMs, timestamp }) => Math.abs(clock(timestamp, arrivalMs) - ms - travelMs)));
}

function observe(sent: Sent[], reportsAt: (ms: number) => { ntpMs: number; timestamp: number } | null = () => null) {
  const observer = new StreamClockObserver(48_000);
  for (const { ms, arrivalMs, timestamp } of sent.toSorted((a, b) => a.arrivalMs - b.arrivalMs)) {
    observer.packet(timestamp, arrivalMs);
    const report = ms % 1000 === 500 ? reportsAt(ms) : null;
    if (report) observer.report(report.ntpMs, report.timestamp, arrivalMs);
  }
  return observer;
}

describe("StreamClockObserver", () => {
  it("takes the fastest packets for on time when there are no reports", () => {
    const sent = audio(120, { travelAt: (ms) => 25 + ((ms * 7) % 90) });
    expect(worstError(sent, observe(sent), null, 25)).toBeLessThan(3);
  });

  it("goes on over the wraparound of the timestamps", () => {
    const sent = audio(60, { ticksAt: (ms) => 0xffffffff - 480_000 + ms * 48 });
    expect(worstError(sent, observe(sent), null, 25)).toBeLessThan(1);
  });

  it("follows a device whose clock is 80 parts in a million too fast", () => {
    const sent = audio(1800, { ticksAt: (ms) => ms * 48 * 1.00008, travelAt: (ms) => 25 + ((ms * 7) % 40) });
    expect(worstError(sent, observe(sent), null, 25)).toBeLessThan(8);
  });

  it("goes by the sender's reports where a network delays a stream for long", () => {
    const senderClockMs = 3_900_000_000_000;
    const sent = audio(120, { travelAt: (ms) => (ms < 20_000 || ms > 70_000 ? 25 : 400) });
    const observer = observe(sent, (ms) => ({ ntpMs: senderClockMs + ms, timestamp: ms * 48 }));
    const sender = new OffsetCurve(observer.reportDelays, "minimum");
    expect(
      worstError(
        sent.filter(({ ms }) => ms < 110_000),
        observer,
        sender,
        25,
      ),
    ).toBeLessThan(30);
  });

  it("finds the new time when the timestamps jump while the device sleeps", () => {
    // Ten seconds pass, and the device's clock does not see them.
    const slept = audio(60, { ticksAt: (ms) => (ms < 30_000 ? ms : ms - 10_000) * 48 });
    const sent = slept.filter(({ ms }) => ms < 30_000 || ms >= 40_000);
    expect(worstError(sent, observe(sent), null, 25)).toBeLessThan(1);
  });

  it("keeps packets in their time that a network held back and then delivered at once", () => {
    const sent = audio(60, { travelAt: (ms) => (ms >= 20_000 && ms < 24_000 ? 24_025 - ms : 25) });
    expect(worstError(sent, observe(sent), null, 25)).toBeLessThan(1);
  });

  it("does not believe reports that the arrivals contradict", () => {
    const sent = audio(60);
    const observer = observe(sent, (ms) => ({ ntpMs: 1000 + ms, timestamp: ms * 48 + 48_000 * 60 }));
    const sender = new OffsetCurve([{ x: 1000, y: -975 }], "minimum");
    expect(worstError(sent, observer, sender, 25)).toBeLessThan(1);
  });

  it("is not misled by single reports that are wrong", () => {
    const sent = audio(60);
    const observer = observe(sent, (ms) => ({ ntpMs: ms + (ms === 20_500 ? 300 : 0), timestamp: ms * 48 }));
    const sender = new OffsetCurve([{ x: 0, y: 25 }], "minimum");
    expect(worstError(sent, observer, sender, 25)).toBeLessThan(1);
  });
});
