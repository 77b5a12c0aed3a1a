import { networkInterfaces } from "node:os";

/** Networks inside this machine, or tunnels: a phone in the same room does not reach them. */
const INNER = /^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|podman|utun|tun|tap|wg|tailscale)/;

/** This machine's IPv4 addresses in its networks, the likeliest for a phone in the same network first. */
export function lanAddresses(interfaces = networkInterfaces()): string[] {
  const found = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family, internal, address }) => family === "IPv4" && !internal && !address.startsWith("169.254."))
      .map(({ address }) => ({ address, rank: (INNER.test(name) ? 10 : 0) + networkRank(address) })),
  );
  return found.sort((a, b) => a.rank - b.rank).map(({ address }) => address);
}

/** Home networks are 192.168, offices' often 10 (RFC 1918). */
function networkRank(address: string): number {
  if (address.startsWith("192.168.")) return 0;
  if (address.startsWith("10.")) return 1;
  return /^172\.(1[6-9]|2\d|3[01])\./.test(address) ? 2 : 3;
}
