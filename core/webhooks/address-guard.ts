import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { resolveName } from "./resolve-name.ts";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** What a URL that a user has set may lead to: public addresses, and the ranges that the operator permits. */
export class AddressGuard {
  readonly #permitted: [Address, number][];
  readonly #resolve: (hostname: string) => Promise<LookupAddress[]>;

  /** `ranges`: CIDR, such as `10.1.0.0/16`. Throws on one that is none. */
  constructor(ranges: readonly string[], resolve = (hostname: string) => resolveName(hostname)) {
    this.#permitted = ranges.map((range) => ipaddr.parseCIDR(range));
    this.#resolve = resolve;
  }

  /** Whether an address may be connected to. IPv4 inside IPv6 (mapped, NAT64, 6to4) is judged as the IPv4 it leads to. */
  permits(text: string): boolean {
    if (!ipaddr.isValid(text)) return false;
    const address = innerAddress(ipaddr.parse(text));
    const tunnelled = isatapAddress(address);
    return (this.#isPermitted(address) || isPublic(address)) && (tunnelled === undefined || this.permits(tunnelled));
  }

  #isPermitted(address: Address): boolean {
    return this.#permitted.some(
      ([network, bits]) => network.kind() === address.kind() && matches(address, network, bits),
    );
  }

  /**
   * A `lookup` for sockets: resolves the name, and refuses unless every address it has is permitted; the socket then
   * connects to what was checked. Sockets do not look literal addresses up: judge those by `permits`.
   */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.#resolve(hostname).then(
      (addresses) => {
        const refused = addresses.find(({ address }) => !this.permits(address));
        const [first] = addresses;
        if (refused || !first) {
          callback(Object.assign(new Error("the address is not public"), { code: "EADDRREFUSED" }), "", 0);
        } else if (options.all) {
          callback(null, addresses);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (error: NodeJS.ErrnoException) => callback(error, "", 0),
    );
  };
}

function matches(address: Address, network: Address, bits: number): boolean {
  if (address instanceof ipaddr.IPv4 && network instanceof ipaddr.IPv4) return address.match(network, bits);
  if (address instanceof ipaddr.IPv6 && network instanceof ipaddr.IPv6) return address.match(network, bits);
  return false;
}

/** IPv6 that is in use at all is 2000::/3 (RFC 4291, section 2.4); the rest and its special parts lead nowhere public. */
function isPublic(address: Address): boolean {
  if (address instanceof ipaddr.IPv6 && !address.match(GLOBAL_UNICAST, 3)) return false;
  return address.range() === "unicast" && !(address instanceof ipaddr.IPv4 && address.match(AZURE_PLATFORM, 32));
}

/**
 * Where every virtual machine of Azure reaches the platform's own services, its secrets among them: by its range public,
 * and yet another thing on each machine. The other clouds' are link-local, unique local or in 100.64.0.0/10.
 */
const AZURE_PLATFORM = ipaddr.IPv4.parse("168.63.129.16");
const GLOBAL_UNICAST = ipaddr.IPv6.parse("2000::");
const NAT64 = ipaddr.IPv6.parse("64:ff9b::");

/**
 * RFC 4291 section 2.5.5.2, RFC 6052 section 2.1 (64:ff9b::/96), RFC 3056 (2002::/16). Where in 64:ff9b:1::/48 (RFC 8215)
 * the IPv4 address stands is known to its network alone, so that is no public address.
 */
function innerAddress(address: Address): Address {
  if (address instanceof ipaddr.IPv4) return address;
  const bytes = address.toByteArray();
  if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff) {
    return new ipaddr.IPv4(bytes.slice(12));
  }
  if (address.match(NAT64, 96)) return new ipaddr.IPv4(bytes.slice(12));
  if (address.range() === "6to4") return new ipaddr.IPv4(bytes.slice(2, 6));
  return address;
}

/**
 * The IPv4 address that an ISATAP interface identifier holds (RFC 5214, section 6.1: `0000:5efe` or `0200:5efe` and the
 * address, under any prefix): a machine with such an interface sends straight to it.
 */
function isatapAddress(address: Address): string | undefined {
  if (address instanceof ipaddr.IPv4) return undefined;
  const bytes = address.toByteArray();
  const isIsatap = (bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
  return isIsatap ? new ipaddr.IPv4(bytes.slice(12)).toString() : undefined;
}
