/** 0 is no connection; 1 to 4 are bars. Each page has its word for each. */
export type QualityBars = 0 | 1 | 2 | 3 | 4;

export interface ConnectionQuality {
  bars: QualityBars;
  /** Milliseconds; null while not measured. */
  roundTripMs: number | null;
  /** Packets lost of those sent or received since the last look, 0 to 1; null while there were none. */
  loss: number | null;
  /** Bits per second since the last look. */
  sentBitrate: number | null;
  receivedBitrate: number | null;
}

export const UNKNOWN_QUALITY: ConnectionQuality = {
  bars: 0,
  roundTripMs: null,
  loss: null,
  sentBitrate: null,
  receivedBitrate: null,
};

/** Sums over all streams of the transports, as counted since their start. */
export interface StatsSums {
  /** ms since 1970. */
  at: number;
  bytesSent: number;
  bytesReceived: number;
  packetsReceived: number;
  packetsLost: number;
  /** What the far end says it lost of what we send, 0 to 1, by stream. */
  remoteLosses: number[];
  roundTripsMs: number[];
  /** What the sender believes to get through, bits per second, if the browser says so. */
  availableBitrate: number | null;
}

/** Reads what is needed from the reports of `RTCPeerConnection.getStats()` (W3C webrtc-stats). */
export function sumStats(reports: readonly RTCStatsReport[], at: number): StatsSums {
  const sums: StatsSums = {
    at,
    bytesSent: 0,
    bytesReceived: 0,
    packetsReceived: 0,
    packetsLost: 0,
    remoteLosses: [],
    roundTripsMs: [],
    availableBitrate: null,
  };
  for (const report of reports) {
    for (const entry of report.values()) addEntry(sums, entry);
  }
  return sums;
}

function addEntry(sums: StatsSums, entry: Record<string, unknown>): void {
  const number = (name: string): number | undefined => {
    const value = entry[name];
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  };
  switch (entry.type) {
    case "outbound-rtp":
      sums.bytesSent += number("bytesSent") ?? 0;
      break;
    case "inbound-rtp":
      sums.bytesReceived += number("bytesReceived") ?? 0;
      sums.packetsReceived += number("packetsReceived") ?? 0;
      sums.packetsLost += Math.max(0, number("packetsLost") ?? 0);
      break;
    case "remote-inbound-rtp": {
      const loss = number("fractionLost");
      if (loss !== undefined) sums.remoteLosses.push(loss);
      break;
    }
    case "candidate-pair": {
      if (entry.nominated !== true) break;
      const roundTrip = number("currentRoundTripTime");
      if (roundTrip !== undefined) sums.roundTripsMs.push(roundTrip * 1_000);
      sums.availableBitrate = number("availableOutgoingBitrate") ?? sums.availableBitrate;
      break;
    }
  }
}

/** How good the connection was between two looks. */
export function qualityBetween(before: StatsSums, after: StatsSums): ConnectionQuality {
  const seconds = Math.max(0.001, (after.at - before.at) / 1_000);
  // A rebuilt transport counts from zero again.
  const grown = (a: number, b: number): number => (b >= a ? b - a : b);
  const received = grown(before.packetsReceived, after.packetsReceived);
  const lost = grown(before.packetsLost, after.packetsLost);
  const losses = [...after.remoteLosses, ...(received + lost > 0 ? [lost / (received + lost)] : [])];
  const loss = losses.length === 0 ? null : Math.max(...losses);
  const roundTripMs = after.roundTripsMs.length === 0 ? null : Math.round(Math.max(...after.roundTripsMs));
  return {
    bars: barsOf(roundTripMs, loss, after.availableBitrate),
    roundTripMs,
    loss,
    sentBitrate: Math.round((grown(before.bytesSent, after.bytesSent) * 8) / seconds),
    receivedBitrate: Math.round((grown(before.bytesReceived, after.bytesReceived) * 8) / seconds),
  };
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
