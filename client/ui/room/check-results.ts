/** What the check before a call looks at, in the order in which it is shown. */
export const CHECKS = [
  "camera",
  "microphone",
  "speaker",
  "signalling",
  "udp",
  "tcp",
  "turn_udp",
  "turn_tcp",
  "turn_tls",
  "quality",
] as const;
export type CheckName = (typeof CHECKS)[number];

/** `not_configured`: this server has none. `open`: only the person can tell, and has not yet. */
export type CheckVerdict = "open" | "running" | "works" | "fails" | "not_configured";

/** What was measured on a short line to the media node and not back. */
export interface LineQuality {
  /** Milliseconds; null where the browser does not tell. */
  roundTripMs: number | null;
  /** 0 to 1. */
  loss: number;
  /** Bits per second that came through; no more than was sent. */
  bitsPerSecond: number;
}

export interface CheckResult {
  verdict: CheckVerdict;
  /** `denied`: the browser or the person refused; `none`: there is no such device; `weak`: it works badly. */
  reason?: "denied" | "none" | "weak";
  quality?: LineQuality;
}

export type CheckResults = Record<CheckName, CheckResult>;

export const NOT_CHECKED: CheckResults = {
  camera: { verdict: "open" },
  microphone: { verdict: "open" },
  speaker: { verdict: "open" },
  signalling: { verdict: "open" },
  udp: { verdict: "open" },
  tcp: { verdict: "open" },
  turn_udp: { verdict: "open" },
  turn_tcp: { verdict: "open" },
  turn_tls: { verdict: "open" },
  quality: { verdict: "open" },
};

/**
 * The sentence for the whole: a call works over any one of the ways, and with one of camera and microphone it is worth
 * having. Null while anything of that is not known.
 */
export function overallVerdict(results: CheckResults): "works" | "limited" | "fails" | null {
  const ways = ["udp", "tcp", "turn_udp", "turn_tcp", "turn_tls"] as const;
  const known = (name: CheckName) => results[name].verdict !== "open" && results[name].verdict !== "running";
  if (!(["camera", "microphone", "signalling", "quality", ...ways] as const).every(known)) return null;
  const works = (name: CheckName) => results[name].verdict === "works";
  if (!works("signalling") || !ways.some(works)) return "fails";
  const easy = works("udp") && results.quality.reason !== "weak";
  return works("camera") && works("microphone") && easy ? "works" : "limited";
}

/** For whoever helps: English, without names, addresses or credentials. */
export function describeResults(results: CheckResults, now = new Date()): string {
  const lines = CHECKS.map((name) => {
    const { verdict, reason, quality } = results[name];
    const measured = quality
      ? `, round trip ${quality.roundTripMs ?? "?"} ms, ${(quality.loss * 100).toFixed(1)} % lost, ${(quality.bitsPerSecond / 1e6).toFixed(1)} Mbit/s`
      : "";
    return `${name}: ${verdict}${reason ? ` (${reason})` : ""}${measured}`;
  });
  return [`Check of ${now.toISOString()}`, navigator.userAgent, ...lines].join("\n");
}
