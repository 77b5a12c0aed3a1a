import { describe, expect, it } from "vitest";
import { planListening, withFurtherAddresses } from "./listen-infos.ts";

const OWN = new Set(["127.0.0.1", "192.168.1.5"]);

describe("planListening", () => {
  it("binds each address by itself where the machine has them all", () => {
    const { listenInfos, furtherAddresses } = planListening(["127.0.0.1", "192.168.1.5"], 44_400, OWN);
    expect(listenInfos).toEqual([
      { protocol: "udp", ip: "127.0.0.1", port: 44_400 },
      { protocol: "tcp", ip: "127.0.0.1", port: 44_400 },
      { protocol: "udp", ip: "192.168.1.5", port: 44_400 },
      { protocol: "tcp", ip: "192.168.1.5", port: 44_400 },
    ]);
    expect(furtherAddresses).toEqual([]);
  });

  it("binds every interface once where an address is not the machine's, and offers the rest beside the first", () => {
    const { listenInfos, furtherAddresses } = planListening(["203.0.113.7", "192.168.1.5"], 44_400, OWN);
    expect(listenInfos).toEqual([
      { protocol: "udp", ip: "0.0.0.0", announcedAddress: "203.0.113.7", port: 44_400 },
      { protocol: "tcp", ip: "0.0.0.0", announcedAddress: "203.0.113.7", port: 44_400 },
    ]);
    expect(furtherAddresses).toEqual(["192.168.1.5"]);
  });

  it("refuses to listen without an address to announce", () => {
    expect(() => planListening([], 44_400, OWN)).toThrow("announced address");
  });
});

describe("withFurtherAddresses", () => {
  const candidate = {
    foundation: "udpcandidate",
    priority: 1,
    ip: "203.0.113.7",
    address: "203.0.113.7",
    protocol: "udp",
    port: 44_400,
    type: "host",
  } as const;

  it("repeats each candidate under each further address, with a foundation of its own", () => {
    const all = withFurtherAddresses([candidate], ["192.168.1.5"]);
    expect(all).toHaveLength(2);
    expect(all[1]).toEqual({ ...candidate, foundation: "udpcandidatea0", address: "192.168.1.5", ip: "192.168.1.5" });
  });
});
