import type { LookupAddress } from "node:dns";
import { lookup, Resolver } from "node:dns/promises";
import { readFile } from "node:fs/promises";

const HOSTS_FILE = "/etc/hosts";

/**
 * All addresses of a name that a user has set. Names of the open network are asked for by Node's own resolver and not by
 * the system's: that one has four threads for a whole process, of which half may wait for names, so that a few names
 * whose servers say nothing would keep everybody else's from being found. Names that only this machine or its network can
 * know (without a dot, under `localhost`, in the hosts file) are the system's to find: their answers are near.
 *
 * `servers`: name servers to ask, as `address:port`; the system's if left out. Throws what the resolver says (`ENOTFOUND`).
 */
export async function resolveName(hostname: string, servers?: readonly string[]): Promise<LookupAddress[]> {
  const name = hostname.replace(/\.$/, "").toLowerCase();
  if (!name.includes(".") || name.endsWith(".localhost") || (await isInHostsFile(name))) {
    return lookup(name, { all: true });
  }
  // A new one each time, so that it asks the servers that the system has now.
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  if (servers) resolver.setServers(servers);
  const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const addresses = [
    ...(four.status === "fulfilled" ? four.value.map((address) => ({ address, family: 4 })) : []),
    ...(six.status === "fulfilled" ? six.value.map((address) => ({ address, family: 6 })) : []),
  ];
  if (addresses.length === 0 && four.status === "rejected") throw four.reason;
  return addresses;
}

async function isInHostsFile(name: string): Promise<boolean> {
  // A machine without such a file knows no names by it.
  const text = await readFile(HOSTS_FILE, "utf8").catch(() => "");
  return text.split("\n").some((line) => {
    const [, ...names] = line.replace(/#.*/, "").trim().toLowerCase().split(/\s+/);
    return names.includes(name);
  });
}
