import { type ConnectionQuality, qualityBetween, type StatsSums, steadyBars, sumStats } from "./connection-quality.ts";

const LOOK_EVERY_MS = 2_000;
/** Congestion control starts low and takes about ten seconds to find out how much gets through. */
const LOOKS_BEFORE_BITRATE = 5;

/** Looks at the transports' statistics again and again, and reports how good the connection is. */
export class QualityMeter {
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #readStats: () => Promise<RTCStatsReport[]>;
  readonly #report: (quality: ConnectionQuality) => void;
  #before: StatsSums | undefined;
  #shown: ConnectionQuality | undefined;
  #looks = 0;
  #closed = false;

  constructor(readStats: () => Promise<RTCStatsReport[]>, report: (quality: ConnectionQuality) => void) {
    this.#readStats = readStats;
    this.#report = report;
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const reports = await this.#readStats();
    if (this.#closed || reports.length === 0) return;
    this.#looks += 1;
    const read = sumStats(reports, Date.now());
    const sums = this.#looks > LOOKS_BEFORE_BITRATE ? read : { ...read, availableBitrate: null };
    const before = this.#before;
    this.#before = sums;
    if (before === undefined) return;
    const quality = qualityBetween(before, sums);
    this.#shown = { ...quality, bars: steadyBars(this.#shown?.bars ?? 0, quality.bars) };
    this.#report(this.#shown);
  }
}
