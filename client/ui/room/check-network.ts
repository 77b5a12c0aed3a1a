import type { CheckAnswer } from "@nexbasira/core/contract/check.ts";
import { CheckLine } from "./check-line.ts";
import type { CheckName, CheckResult } from "./check-results.ts";
import { CheckSocket } from "./check-socket.ts";
import { checkTurn, type TurnWay } from "./check-turn.ts";

/** Worse than this, a call stutters: a twentieth lost, half a second to the server and back, or no room for a picture. */
const WEAK = { loss: 0.05, roundTripMs: 500, bitsPerSecond: 500_000 };

const TURN_WAYS: readonly TurnWay[] = ["turn_udp", "turn_tcp", "turn_tls"];

/**
 * Tries every way to the media node by itself, and tells of each as it is known. Never rejects for what does not work.
 *
 * @param open - asks the server for a check; where that fails, nothing works.
 */
export async function checkNetwork(
  open: () => Promise<CheckAnswer>,
  tell: (name: CheckName, result: CheckResult) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const name of ["signalling", "udp", "tcp", ...TURN_WAYS, "quality"] as const) tell(name, { verdict: "running" });
  const answer = await orUndefined(open());
  if (answer === undefined) {
    for (const name of ["signalling", "udp", "tcp", ...TURN_WAYS, "quality"] as const) tell(name, { verdict: "fails" });
    return;
  }
  await Promise.all([checkLines(answer, tell, signal), ...TURN_WAYS.map((way) => tellTurn(answer, way, tell, signal))]);
}

async function tellTurn(
  { ice_servers }: CheckAnswer,
  way: TurnWay,
  tell: (name: CheckName, result: CheckResult) => void,
  signal: AbortSignal,
): Promise<void> {
  const works = await orUndefined(checkTurn(ice_servers, way, signal));
  tell(way, { verdict: works === null ? "not_configured" : works ? "works" : "fails" });
}

async function checkLines(
  answer: CheckAnswer,
  tell: (name: CheckName, result: CheckResult) => void,
  signal: AbortSignal,
): Promise<void> {
  const socket = await orUndefined(CheckSocket.open(answer));
  tell("signalling", { verdict: socket ? "works" : "fails" });
  const opened: (CheckLine | undefined)[] = [];
  try {
    for (const protocol of ["udp", "tcp"] as const) {
      const line = socket && !signal.aborted ? await orUndefined(CheckLine.open(socket, protocol)) : undefined;
      opened.push(line);
      tell(protocol, { verdict: line ? "works" : "fails" });
    }
    const line = opened.find((one) => one !== undefined);
    tell("quality", line ? await measured(line, signal) : { verdict: "fails" });
  } finally {
    for (const line of opened) line?.close();
    socket?.close();
  }
}

async function measured(line: CheckLine, signal: AbortSignal): Promise<CheckResult> {
  const quality = await orUndefined(line.measure(signal));
  if (quality === undefined) return { verdict: "fails" };
  const weak =
    quality.loss > WEAK.loss ||
    (quality.roundTripMs ?? 0) > WEAK.roundTripMs ||
    quality.bitsPerSecond < WEAK.bitsPerSecond;
  return { verdict: "works", quality, ...(weak ? { reason: "weak" as const } : {}) };
}

/** What fails is what does not work; why is not known to a browser. */
async function orUndefined<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch {
    return undefined;
  }
}
