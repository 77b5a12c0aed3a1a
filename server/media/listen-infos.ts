import { networkInterfaces } from "node:os";
import type { types } from "mediasoup";

export interface ListenPlan {
  /** What the WebRtcServer binds: UDP and TCP on each address. */
  listenInfos: types.TransportListenInfo[];
  /** Addresses that lead to the first one's port too, and have to be added to what is offered to clients. */
  furtherAddresses: string[];
}

/**
 * Where media is received, for a list of announced addresses.
 *
 * Where this machine has all of them itself, each is bound by itself: an answer then leaves from the address that was
 * asked. From a socket on 0.0.0.0 the kernel would choose, and to a browser on this machine that asks 127.0.0.1 from its
 * network address it would answer from the latter, which ICE takes for a stranger: only TCP is left then (seen in
 * Chromium). Where one is not of this machine (a container, address translation), one socket on 0.0.0.0 is announced
 * under all of them.
 */
export function planListening(announced: readonly string[], port: number, own = ownAddresses()): ListenPlan {
  const [first, ...further] = announced;
  if (first === undefined) throw new Error("media needs at least one announced address");
  if (announced.every((address) => own.has(address))) {
    return { listenInfos: announced.flatMap((ip) => both({ ip, port })), furtherAddresses: [] };
  }
  return { listenInfos: both({ ip: "0.0.0.0", announcedAddress: first, port }), furtherAddresses: further };
}

function both(info: Omit<types.TransportListenInfo, "protocol">): types.TransportListenInfo[] {
  return [
    { ...info, protocol: "udp" },
    { ...info, protocol: "tcp" },
  ];
}

function ownAddresses(): Set<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((infos) => infos?.map((info) => info.address) ?? []));
}

/** The candidates, and each of them again under the further addresses. */
export function withFurtherAddresses(
  candidates: readonly types.IceCandidate[],
  furtherAddresses: readonly string[],
): types.IceCandidate[] {
  const copies = furtherAddresses.flatMap((address, index) =>
    candidates.map((candidate) => ({
      ...candidate,
      // RFC 8445, 5.1.1.3: candidates of one foundation share their address.
      foundation: `${candidate.foundation}a${index}`,
      address,
      ip: address,
    })),
  );
  return [...candidates, ...copies];
}
