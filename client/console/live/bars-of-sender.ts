import type { ProducerInfo } from "@nexbasira/core/contract/signalling.ts";
import type { QualityBars } from "@nexbasira/ui/room/connection-quality.ts";

/**
 * How well the server receives somebody, in bars: by the worst of what they send and do not hold back. Undefined where
 * they send nothing, or nothing is known yet.
 */
export function barsOfSender(
  participantId: string,
  producers: readonly ProducerInfo[],
  scores: Readonly<Record<string, number>>,
): QualityBars | undefined {
  const known = producers
    .filter((producer) => producer.participant_id === participantId && !producer.paused)
    .flatMap(({ producer_id }) => scores[producer_id] ?? []);
  return known.length === 0 ? undefined : barsOfScore(Math.min(...known));
}

/** mediasoup's score, 0 (nothing) to 10. */
function barsOfScore(score: number): QualityBars {
  if (score >= 9) return 4;
  if (score >= 7) return 3;
  if (score >= 4) return 2;
  return score > 0 ? 1 : 0;
}
