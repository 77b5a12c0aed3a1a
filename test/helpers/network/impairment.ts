/** What goes wrong between a host and this machine. `up` is away from the host. */
export interface Impairment {
  /** Everything is lost, and nobody is told. */
  cut: boolean;
  /** The share of packets that is lost, 0 to 1. */
  loss: { up: number; down: number };
  /** Ports of this machine that cannot be reached, or none of them, as for UDP in many offices. */
  blocked: { udp: readonly number[] | "all"; tcp: readonly number[] };
  /** Kilobits per second; null for no limit. */
  rate_kbit: { up: number | null; down: number | null };
}

export const UNIMPAIRED: Impairment = {
  cut: false,
  loss: { up: 0, down: 0 },
  blocked: { udp: [], tcp: [] },
  rate_kbit: { up: null, down: null },
};

/** Losses are told in parts of this. */
const PARTS = 10_000;

/** The rules of nftables for a router whose way out is `wan`, in place of all that were there. */
export function forwardRules({ cut, loss, blocked }: Impairment, wan: string): string {
  const rules = [
    ...(cut ? ["drop"] : []),
    ...(blocked.udp === "all" ? ["meta l4proto udp drop"] : blocked.udp.map((port) => portRule("udp", port, wan))),
    ...blocked.tcp.map((port) => portRule("tcp", port, wan)),
    ...lossRule(`oifname "${wan}"`, loss.up),
    ...lossRule(`iifname "${wan}"`, loss.down),
  ];
  // Made first, so that there is one to be deleted; all of it takes effect at once.
  return `table inet impairment {}
delete table inet impairment
table inet impairment {
  chain forward {
    type filter hook forward priority 0; policy accept;
    ${rules.join("\n    ")}
  }
}
`;
}

function portRule(protocol: "udp" | "tcp", port: number, wan: string): string {
  return `oifname "${wan}" ${protocol} dport ${port} drop`;
}

function lossRule(direction: string, share: number): string[] {
  return share === 0 ? [] : [`${direction} numgen random mod ${PARTS} < ${Math.round(share * PARTS)} drop`];
}
