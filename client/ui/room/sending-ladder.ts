import type { SendingLevel, SendingReason } from "@nexbasira/core/contract/device.ts";

/** How much of a camera's picture is sent, from all of it down to single small photos. */
export const RUNGS = ["full", "low_frame_rate", "stills", "small_stills"] as const;
export type Rung = (typeof RUNGS)[number];

/** What a look at the way out showed. */
export interface SendingLook {
  /** What the sender believes to get through, bits per second; null where the browser does not say. */
  availableBitrate: number | null;
  /** What was sent since the last look, bits per second. */
  sentBitrate: number | null;
  /** Of the packets sent, as the far end tells, 0 to 1. */
  loss: number | null;
  roundTripMs: number | null;
  /** Whether the encoder held back most of the time because the device is too slow. */
  cpuLimited: boolean;
}

export interface Ladder {
  rung: Rung;
  /** Why it is not `full`. */
  reason: SendingReason | null;
  /** Looks in a row that asked for less. */
  badLooks: number;
  /** Since when nothing spoke against more, ms; null while something does. */
  calmSince: number | null;
  /** When it last rose, ms; null once that has lasted, or has not. */
  roseAt: number | null;
  /** How long it has to be calm before it rises, ms: longer after each rise that did not last. */
  waitMs: number;
}

const FIRST_WAIT_MS = 8_000;
const LONGEST_WAIT_MS = 120_000;
/** A rise that was taken back within this time was a mistake. */
const LASTING_MS = 20_000;
const BAD_LOOKS = 2;

/** Under this much for all that is sent (bits per second), a rung is left; voice takes about 50,000 of it. */
const LEAST: Record<Rung, number> = { full: 400_000, low_frame_rate: 150_000, stills: 70_000, small_stills: 0 };
/** From this much on, a rung is gone up to: well above what it is left under, so that it does not flap. */
const ENOUGH: Record<Rung, number> = {
  full: 700_000,
  low_frame_rate: 300_000,
  stills: 110_000,
  small_stills: 0,
};
/** Retransmissions make up for less. */
const TOO_MUCH_LOSS = 0.15;
const CALM_LOSS = 0.05;
const CALM_ROUND_TRIP_MS = 700;
/** The share of what is available that congestion control leaves to be used up. */
const FILLED = 0.75;

export const FULL: Ladder = {
  rung: "full",
  reason: null,
  badLooks: 0,
  calmSince: null,
  roseAt: null,
  waitMs: FIRST_WAIT_MS,
};

/** The level as the contract has it: photos are photos, large or small. */
export function levelOf(rung: Rung): SendingLevel {
  return rung === "small_stills" ? "stills" : rung;
}

/**
 * The ladder after one more look. It falls after two looks in a row, or at once where there is not half of what is needed,
 * to where the way out is wide enough; it rises one rung at a time after a calm while.
 */
export function climb(ladder: Ladder, look: SendingLook, now: number): Ladder {
  const lower = lowerRung(ladder.rung, look);
  if (lower !== null) {
    const badLooks = ladder.badLooks + 1;
    if (badLooks < BAD_LOOKS && !lower.urgent) return { ...ladder, badLooks, calmSince: null };
    return fall(ladder, lower, now);
  }
  const lasted = ladder.roseAt !== null && now - ladder.roseAt >= LASTING_MS;
  const steady: Ladder = {
    ...ladder,
    badLooks: 0,
    calmSince: isCalm(look) ? (ladder.calmSince ?? now) : null,
    ...(lasted ? { roseAt: null, waitMs: FIRST_WAIT_MS } : {}),
  };
  return mayRise(steady, look, now) ? rise(steady, now) : steady;
}

/** Where the look asks to go down to; null where the rung can be kept. */
function lowerRung(rung: Rung, look: SendingLook): { rung: Rung; reason: SendingReason; urgent: boolean } | null {
  const { availableBitrate, loss, cpuLimited } = look;
  if (availableBitrate !== null && availableBitrate < LEAST[rung]) {
    const fitting = RUNGS.find((one) => availableBitrate >= LEAST[one]) ?? "small_stills";
    return { rung: fitting, reason: "bandwidth", urgent: availableBitrate < LEAST[rung] / 2 };
  }
  const next = RUNGS[RUNGS.indexOf(rung) + 1];
  if (next === undefined) return null;
  if (loss !== null && loss > TOO_MUCH_LOSS) return { rung: next, reason: "loss", urgent: false };
  // Fewer frames relieve an encoder; photos would not help it further.
  if (cpuLimited && rung === "full") return { rung: next, reason: "cpu", urgent: false };
  return null;
}

function isCalm({ loss, roundTripMs, cpuLimited }: SendingLook): boolean {
  return (loss ?? 0) <= CALM_LOSS && (roundTripMs ?? 0) <= CALM_ROUND_TRIP_MS && !cpuLimited;
}

function mayRise({ rung, calmSince, waitMs }: Ladder, look: SendingLook, now: number): boolean {
  const above = RUNGS[RUNGS.indexOf(rung) - 1];
  if (above === undefined || calmSince === null) return false;
  const calmFor = now - calmSince;
  const { availableBitrate, sentBitrate } = look;
  if (availableBitrate !== null && availableBitrate >= ENOUGH[above]) return calmFor >= waitMs;
  // Who sends little never learns how much would get through: with one photo a second, Chromium's estimate on a free line
  // stays between 40 and 220 kbit/s (measured). Then only a try tells. A way that moving pictures fill needs no try.
  const filled = availableBitrate !== null && (sentBitrate ?? 0) >= availableBitrate * FILLED;
  return (rung !== "low_frame_rate" || !filled) && calmFor >= 2 * waitMs;
}

function rise(ladder: Ladder, now: number): Ladder {
  const rung = RUNGS[RUNGS.indexOf(ladder.rung) - 1] ?? "full";
  return { ...ladder, rung, reason: rung === "full" ? null : ladder.reason, calmSince: null, roseAt: now };
}

function fall(ladder: Ladder, to: { rung: Rung; reason: SendingReason }, now: number): Ladder {
  const mistaken = ladder.roseAt !== null && now - ladder.roseAt < LASTING_MS;
  const waitMs = mistaken ? Math.min(LONGEST_WAIT_MS, ladder.waitMs * 2) : FIRST_WAIT_MS;
  return { rung: to.rung, reason: to.reason, badLooks: 0, calmSince: null, roseAt: null, waitMs };
}
