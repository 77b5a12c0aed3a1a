import {
  type ConnectionQuality,
  grown,
  qualityBetween,
  type StatsSums,
  steadyBars,
  sumStats,
} from "./connection-quality.ts";
import type { SendingLook } from "./sending-ladder.ts";

const LOOK_EVERY_MS = 2_000;
/** Congestion control starts low and takes about ten seconds to find out how much gets through. */
const LOOKS_BEFORE_BITRATE = 5;
/** What falls so low sooner is no slow start: Chromium begins at 300 kbit/s and goes up from there. */
const LOOKS_BEFORE_LADDER = 2;

export interface QualityMeterOptions {
  readStats: () => Promise<RTCStatsReport[]>;
  onQuality: (quality: ConnectionQuality) => void;
  /** Only while something is sent. */
  onSending: (look: SendingLook) => void;
}

/** Looks at the transports' statistics again and again: how good the connection is, and how much gets out. */
export class QualityMeter {
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #options: QualityMeterOptions;
  #before: StatsSums | undefined;
  #shown: ConnectionQuality | undefined;
  #looks = 0;
  #looksWhileSending = 0;
  #closed = false;

  constructor(options: QualityMeterOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const reports = await this.#options.readStats();
    if (this.#closed || reports.length === 0) return;
    const sums = sumStats(reports, Date.now());
    const before = this.#before;
    this.#before = sums;
    this.#looks += 1;
    if (before === undefined) return;
    const quality = qualityBetween(before, sums);
    this.#tellSending(before, sums, quality);
    const known = this.#looks > LOOKS_BEFORE_BITRATE;
    const told = known ? quality : qualityBetween(before, { ...sums, availableBitrate: null });
    this.#shown = { ...told, bars: steadyBars(this.#shown?.bars ?? 0, told.bars) };
    this.#options.onQuality(this.#shown);
  }

  #tellSending(before: StatsSums, sums: StatsSums, quality: ConnectionQuality): void {
    if (grown(before.packetsSent, sums.packetsSent) === 0) return;
    this.#looksWhileSending += 1;
    if (this.#looksWhileSending <= LOOKS_BEFORE_LADDER) return;
    const { availableBitrate, sentBitrate, sentLoss, roundTripMs } = quality;
    const cpuLimited = grown(before.cpuLimitedMs, sums.cpuLimitedMs) > LOOK_EVERY_MS / 2;
    this.#options.onSending({ availableBitrate, sentBitrate, loss: sentLoss, roundTripMs, cpuLimited });
  }
}
