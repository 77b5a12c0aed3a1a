/** 0 is no connection; 1 to 4 are bars. Each page has its word for each. */
export type QualityBars = 0 | 1 | 2 | 3 | 4;

export interface ConnectionQuality {
  bars: QualityBars;
  /** Milliseconds; null while not measured. */
  roundTripMs: number | null;
  /** Packets lost of those sent or received since the last look, 0 to 1; null while there were none. */
  loss: number | null;
  /** Packets lost of those sent since the last look, 0 to 1; null while there were none. */
  sentLoss: number | null;
  /** What the sender believes to get through, bits per second, where the browser says so. */
  availableBitrate: number | null;
  /** Bits per second since the last look. */
  sentBitrate: number | null;
  receivedBitrate: number | null;
}

export const UNKNOWN_QUALITY: ConnectionQuality = {
  bars: 0,
  roundTripMs: null,
  loss: null,
  sentLoss: null,
  availableBitrate: null,
  sentBitrate: null,
  receivedBitrate: null,
};

/** Sums over all streams of the transports, as counted since their start. */
export interface StatsSums {
  /** ms since 1970. */
  at: number;
  bytesSent: number;
  bytesReceived: number;
  packetsSent: number;
  /** Of those, what the far end says it did not get. */
  packetsLostThere: number;
  packetsReceived: number;
  packetsLost: number;
  /** What the far end says it lost of what we send, 0 to 1, by stream. */
  remoteLosses: number[];
  roundTripsMs: number[];
  /** What the sender believes to get through, bits per second, if the browser says so. */
  availableBitrate: number | null;
  /** How long the encoders were held back by the processor, ms, all of them together. */
  cpuLimitedMs: number;
}

/** Reads what is needed from the reports of `RTCPeerConnection.getStats()` (W3C webrtc-stats). */
export function sumStats(reports: readonly RTCStatsReport[], at: number): StatsSums {
  const sums: StatsSums = {
    at,
    bytesSent: 0,
    bytesReceived: 0,
    packetsSent: 0,
    packetsLostThere: 0,
    packetsReceived: 0,
    packetsLost: 0,
    remoteLosses: [],
    roundTripsMs: [],
    availableBitrate: null,
    cpuLimitedMs: 0,
  };
  for (const report of reports) {
    const entries = [...report.values()];
    for (const entry of entries) addEntry(sums, entry);
    // A transport that only receives has an estimate too, which nothing ever tests.
    if (!entries.some(({ type }) => type === "outbound-rtp")) continue;
    const [bitrate] = entries.filter(isInUse).map((pair) => pair.availableOutgoingBitrate);
    if (typeof bitrate === "number" && Number.isFinite(bitrate)) sums.availableBitrate = bitrate;
  }
  return sums;
}

function isInUse(entry: Record<string, unknown>): boolean {
  return entry.type === "candidate-pair" && entry.nominated === true;
}

function addEntry(sums: StatsSums, entry: Record<string, unknown>): void {
  const number = (name: string): number | undefined => {
    const value = entry[name];
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  };
  switch (entry.type) {
    case "outbound-rtp":
      sums.bytesSent += number("bytesSent") ?? 0;
      sums.packetsSent += number("packetsSent") ?? 0;
      sums.cpuLimitedMs += cpuLimitedMs(entry.qualityLimitationDurations);
      break;
    case "inbound-rtp":
      sums.bytesReceived += number("bytesReceived") ?? 0;
      sums.packetsReceived += number("packetsReceived") ?? 0;
      sums.packetsLost += Math.max(0, number("packetsLost") ?? 0);
      break;
    case "remote-inbound-rtp": {
      const loss = number("fractionLost");
      if (loss !== undefined) sums.remoteLosses.push(loss);
      sums.packetsLostThere += Math.max(0, number("packetsLost") ?? 0);
      break;
    }
    case "candidate-pair": {
      const roundTrip = number("currentRoundTripTime");
      if (isInUse(entry) && roundTrip !== undefined) sums.roundTripsMs.push(roundTrip * 1_000);
      break;
    }
  }
}

/** A record of seconds by reason (W3C webrtc-stats, RTCOutboundRtpStreamStats). */
function cpuLimitedMs(durations: unknown): number {
  if (typeof durations !== "object" || durations === null || !("cpu" in durations)) return 0;
  return typeof durations.cpu === "number" ? durations.cpu * 1_000 : 0;
}

/** What was counted between two looks. A rebuilt transport counts from zero again. */
export function grown(before: number, after: number): number {
  return after >= before ? after - before : after;
}

/** How good the connection was between two looks. */
export function qualityBetween(before: StatsSums, after: StatsSums): ConnectionQuality {
  const seconds = Math.max(0.001, (after.at - before.at) / 1_000);
  const received = grown(before.packetsReceived, after.packetsReceived);
  const lost = grown(before.packetsLost, after.packetsLost);
  const losses = [...after.remoteLosses, ...(received + lost > 0 ? [lost / (received + lost)] : [])];
  const loss = losses.length === 0 ? null : Math.max(...losses);
  const roundTripMs = after.roundTripsMs.length === 0 ? null : Math.round(Math.max(...after.roundTripsMs));
  return {
    bars: barsOf(roundTripMs, loss, after.availableBitrate),
    roundTripMs,
    loss,
    sentLoss: sentLoss(before, after),
    availableBitrate: after.availableBitrate === null ? null : Math.round(after.availableBitrate),
    sentBitrate: Math.round((grown(before.bytesSent, after.bytesSent) * 8) / seconds),
    receivedBitrate: Math.round((grown(before.bytesReceived, after.bytesReceived) * 8) / seconds),
  };
}

/**
 * Over all packets: a stream of few packets loses half of them by chance. Null where nothing was sent.
 */
function sentLoss(before: StatsSums, after: StatsSums): number | null {
  const sent = grown(before.packetsSent, after.packetsSent);
  if (sent === 0) return null;
  const rebuilt = after.packetsSent < before.packetsSent;
  // What was given up as lost may still arrive, and counts down.
  const lost = Math.max(0, after.packetsLostThere - (rebuilt ? 0 : before.packetsLostThere));
  return Math.min(1, lost / sent);
}

/**
 * The limits are those at which a call changes for its people: talk gets harder from about 300 ms of round trip and is
 * broken from 800 ms; from 3 % of loss the picture blurs, from 10 % it stands still; under 600 kbit/s 720p turns soft,
 * under 200 kbit/s only voice gets through.
 */
function barsOf(roundTripMs: number | null, loss: number | null, bitrate: number | null): QualityBars {
  if (roundTripMs === null && loss === null) return 0;
  const delay = roundTripMs ?? 0;
  const lost = loss ?? 0;
  const room = bitrate ?? Number.POSITIVE_INFINITY;
  if (delay > 800 || lost > 0.1 || room < 200_000) return 1;
  if (delay > 300 || lost > 0.05 || room < 600_000) return 2;
  if (delay > 150 || lost > 0.02) return 3;
  return 4;
}

/** What is shown: falls at once, rises by one bar at a time, so that the bars do not flicker. */
export function steadyBars(shown: QualityBars, measured: QualityBars): QualityBars {
  if (measured <= shown || shown === 0) return measured;
  return shown === 1 ? 2 : shown === 2 ? 3 : 4;
}
