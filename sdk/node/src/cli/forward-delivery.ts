import { describeFailure } from "./describe-failure.ts";
import type { VerifiedDelivery } from "./local-receiver.ts";

/** As long as the server itself would wait. */
const LIMIT_MS = 30_000;

/** Those of one connection: the next one has its own (RFC 9110, section 7.6.1). */
const OF_THE_CONNECTION = new Set([
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);

/** Posts a delivery on, its bytes and headers as they came, and says how that went. */
export async function forwardDelivery(url: string, { body, headers }: VerifiedDelivery): Promise<string> {
  const begun = performance.now();
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || OF_THE_CONNECTION.has(name) ? [] : [[name, [value].flat().join(", ")]],
  );
  try {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const answer = await fetch(url, {
      method: "POST",
      body: new Uint8Array(body),
      headers: kept,
      redirect: "manual",
      signal,
    });
    await answer.body?.cancel();
    return `${url} answered ${answer.status} (${Math.round(performance.now() - begun)} ms)`;
  } catch (error) {
    return `${url} did not answer: ${describeFailure(error)}`;
  }
}
