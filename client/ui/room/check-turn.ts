import type { CheckAnswer } from "@nexbasira/core/contract/check.ts";

/** A TURN server that can be reached answers within a second; over TLS on a bad network it takes a few. */
const LIMIT_MS = 8_000;

export type TurnWay = "turn_udp" | "turn_tcp" | "turn_tls";

/** Which way a TURN address is reached by (RFC 7065): `turns` is TLS, `turn` is UDP unless it says TCP. */
export function turnWay(url: string): TurnWay {
  if (/^turns:/i.test(url)) return "turn_tls";
  return /[?&]transport=tcp\b/i.test(url) ? "turn_tcp" : "turn_udp";
}

/**
 * Whether a TURN server gives a relayed address over one way alone: one address that does is enough. Null where none is
 * configured for that way. @throws the signal's reason when aborted.
 */
export async function checkTurn(
  servers: CheckAnswer["ice_servers"],
  way: TurnWay,
  signal: AbortSignal,
): Promise<boolean | null> {
  const alone = servers.flatMap(({ urls, username, credential }) =>
    urls.filter((url) => turnWay(url) === way).map((url) => ({ urls: [url], username, credential })),
  );
  if (alone.length === 0) return null;
  const found = await Promise.all(alone.map((server) => givesRelay(server, signal)));
  signal.throwIfAborted();
  return found.some(Boolean);
}

async function givesRelay(server: RTCIceServer, signal: AbortSignal): Promise<boolean> {
  const connection = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: "relay" });
  try {
    const found = new Promise<boolean>((resolve) => {
      connection.addEventListener("icecandidate", ({ candidate }) => {
        if (candidate === null) resolve(false);
        else if (candidate.type === "relay") resolve(true);
      });
      setTimeout(() => resolve(false), LIMIT_MS);
      signal.addEventListener("abort", () => resolve(false), { once: true });
    });
    connection.createDataChannel("check");
    await connection.setLocalDescription();
    return await found;
  } finally {
    connection.close();
  }
}
