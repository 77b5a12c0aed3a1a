import { OffsetCurve, type OffsetPoint } from "./offset-curve.ts";

/** From a packet's RTP timestamp and arrival to when it was captured; both times in milliseconds since the part began. */
export type StreamClock = (timestamp: number, arrivalMs: number) => number;

/** A sender's statement of where it is (RTCP sender report, RFC 3550 section 6.4.1), and when it arrived. */
interface Report {
  /** Of the sender's clock. */
  readonly ntpMs: number;
  /** Unwrapped RTP time. */
  readonly mediaMs: number;
  readonly arrivalMs: number;
}

/** A time in which the RTP timestamps went on as the clock did. */
interface Stretch {
  firstTicks: number;
  firstArrivalMs: number;
  /** The smallest arrival minus RTP time: what the network could not delay. */
  leastLagMs: number;
  /** The least lag of each {@link LAG_WINDOW_MS}. */
  lags: OffsetPoint[];
  reports: Report[];
}

/** A difference between the advance of RTP time and of arrivals that no usual network makes. */
const JUMP_MS = 300;
/** Timestamps that go back further than any retransmission. */
const BACKWARD_MS = 10_000;
/** Stretches whose least lags are so close have the same clock: the network was late, the timestamps were right. */
const SAME_CLOCK_MS = 150;
const LAG_WINDOW_MS = 10_000;
/** How much later than its capture the fastest packet of some seconds may arrive for a report to be believed. */
const PLAUSIBLE_DELAY_MS = { min: -200, max: 3000 };
const PLAUSIBLE_SHARE = 0.9;

/**
 * Watches one stream as it arrives and learns how its RTP timestamps go with time.
 *
 * Sender reports say it best: they tie all of a sender's streams to one clock, which keeps audio and video together to
 * the millisecond however the network delayed them. Where there are none, or none that the arrivals can agree with,
 * the packets that came fastest say it. Timestamps that jump (a muted device, a replaced camera) start a new stretch.
 */
export class StreamClockObserver {
  readonly #ticksPerMs: number;
  readonly #stretches: Stretch[] = [];
  #highestTicks = 0;
  #highestArrivalMs = 0;

  constructor(clockRate: number) {
    this.#ticksPerMs = clockRate / 1000;
  }

  /** Every packet, in the order of arrival. */
  packet(timestamp: number, arrivalMs: number): void {
    const current = this.#stretches.at(-1);
    const ticks = current ? unwrap(timestamp, this.#highestTicks) : timestamp;
    const aheadMs = (ticks - this.#highestTicks) / this.#ticksPerMs;
    if (!current || this.#isJump(aheadMs, arrivalMs)) {
      this.#stretches.push(this.#stretch(ticks, arrivalMs));
    } else {
      this.#note(current, ticks, arrivalMs);
      if (aheadMs <= 0) return;
    }
    this.#highestTicks = ticks;
    this.#highestArrivalMs = arrivalMs;
  }

  /** Every sender report, in the order of arrival among the packets. */
  report(ntpMs: number, timestamp: number, arrivalMs: number): void {
    const mediaMs = unwrap(timestamp, this.#highestTicks) / this.#ticksPerMs;
    this.#stretches.at(-1)?.reports.push({ ntpMs, mediaMs, arrivalMs });
  }

  /** For the sender's clock: when reports arrived, by the time they state. */
  get reportDelays(): OffsetPoint[] {
    return this.#stretches
      .flatMap((stretch) => stretch.reports)
      .map(({ ntpMs, arrivalMs }) => ({ x: ntpMs, y: arrivalMs - ntpMs }));
  }

  /**
   * What was learnt. The clock unwraps timestamps as they come, so it is for one pass over the stream, in order.
   *
   * @param sender - from the time in the reports to time since the part began; null where there were none.
   */
  createClock(sender: OffsetCurve | null): StreamClock {
    const stretches = joinStretches(this.#stretches);
    const reported = stretches.map((stretch) => clockByReports(stretch, sender));
    const delays = reported.flatMap((clock) => (clock ? [clock.delayMs] : [])).sort((a, b) => a - b);
    const usualDelayMs = delays[Math.floor(delays.length / 2)] ?? 0;
    const clocks = stretches.map((stretch, i) => reported[i]?.toPartMs ?? clockByArrivals(stretch, usualDelayMs));
    let ticks = stretches[0]?.firstTicks ?? 0;
    return (timestamp, arrivalMs) => {
      ticks = unwrap(timestamp, ticks);
      let index = stretches.length - 1;
      while (index > 0 && isBefore(stretches[index], ticks, arrivalMs)) index -= 1;
      return clocks[index]?.(ticks / this.#ticksPerMs) ?? arrivalMs;
    };
  }

  #isJump(aheadMs: number, arrivalMs: number): boolean {
    if (aheadMs <= 0) return aheadMs < -BACKWARD_MS;
    return Math.abs(arrivalMs - this.#highestArrivalMs - aheadMs) > JUMP_MS;
  }

  #stretch(ticks: number, arrivalMs: number): Stretch {
    const mediaMs = ticks / this.#ticksPerMs;
    const leastLagMs = arrivalMs - mediaMs;
    const lags = [{ x: mediaMs, y: leastLagMs }];
    return { firstTicks: ticks, firstArrivalMs: arrivalMs, leastLagMs, lags, reports: [] };
  }

  #note(stretch: Stretch, ticks: number, arrivalMs: number): void {
    const x = ticks / this.#ticksPerMs;
    const y = arrivalMs - x;
    stretch.leastLagMs = Math.min(stretch.leastLagMs, y);
    const last = stretch.lags.at(-1);
    if (!last || Math.floor(x / LAG_WINDOW_MS) > Math.floor(last.x / LAG_WINDOW_MS)) stretch.lags.push({ x, y });
    else if (y < last.y) stretch.lags[stretch.lags.length - 1] = { x, y };
  }
}

/** Continues 32-bit RTP time beyond its wraparound: the value nearest to `near`. */
function unwrap(timestamp: number, near: number): number {
  return near + ((timestamp - near) | 0);
}

function isBefore(stretch: Stretch | undefined, ticks: number, arrivalMs: number): boolean {
  return !stretch || arrivalMs < stretch.firstArrivalMs || ticks < stretch.firstTicks;
}

/** A network that stood still and then delivered looks like a jump there and back: it is none. */
function joinStretches(stretches: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const stretch of stretches) {
    const same = joined.findLastIndex((other) => Math.abs(other.leastLagMs - stretch.leastLagMs) < SAME_CLOCK_MS);
    const earlier = joined[same];
    if (!earlier || same < joined.length - 3) {
      joined.push({ ...stretch });
      continue;
    }
    joined.length = same + 1;
    joined[same] = {
      ...earlier,
      leastLagMs: stretch.leastLagMs,
      lags: [...earlier.lags, ...stretch.lags],
      reports: [...earlier.reports, ...stretch.reports],
    };
  }
  return joined;
}

function clockByReports({ reports, lags }: Stretch, sender: OffsetCurve | null) {
  if (!sender || reports.length === 0) return null;
  const toNtp = new OffsetCurve(
    reports.map(({ ntpMs, mediaMs }) => ({ x: mediaMs, y: ntpMs - mediaMs })),
    "median",
  );
  const toPartMs = (mediaMs: number) => {
    const ntpMs = mediaMs + toNtp.at(mediaMs);
    return ntpMs + sender.at(ntpMs);
  };
  const delays = lags.map(({ x, y }) => x + y - toPartMs(x)).sort((a, b) => a - b);
  const plausible = delays.filter((delay) => delay > PLAUSIBLE_DELAY_MS.min && delay < PLAUSIBLE_DELAY_MS.max);
  if (plausible.length < delays.length * PLAUSIBLE_SHARE) return null;
  return { toPartMs, delayMs: delays[Math.floor(delays.length / 2)] ?? 0 };
}

function clockByArrivals({ lags }: Stretch, usualDelayMs: number) {
  const lag = new OffsetCurve(lags, "minimum");
  return (mediaMs: number) => mediaMs + lag.at(mediaMs) - usualDelayMs;
}
