import { lookup as resolveName } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** What a URL that a user has set may lead to: public addresses, and the ranges that the operator permits. */
export class AddressGuard {
  readonly #permitted: [Address, number][];

  /** `ranges`: CIDR, such as `10.1.0.0/16`. Throws on one that is none. */
  constructor(ranges: readonly string[]) {
    this.#permitted = ranges.map((range) => ipaddr.parseCIDR(range));
  }

  /** Whether an address may be connected to. IPv4 inside IPv6 (mapped, NAT64, 6to4) is judged as the IPv4 it leads to. */
  permits(text: string): boolean {
    if (!ipaddr.isValid(text)) return false;
    const address = innerAddress(ipaddr.parse(text));
    const permitted = this.#permitted.some(
      ([network, bits]) => network.kind() === address.kind() && matches(address, network, bits),
    );
    return permitted || isPublic(address);
  }

  /**
   * A `lookup` for sockets: resolves the name, and refuses unless every address it has is permitted; the socket then
   * connects to what was checked. Sockets do not look literal addresses up: judge those by `permits`.
   */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    resolveName(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, "", 0);
        return;
      }
      const refused = addresses.find(({ address }) => !this.permits(address));
      const [first] = addresses;
      if (refused || !first) {
        callback(Object.assign(new Error("the address is not public"), { code: "EADDRREFUSED" }), "", 0);
      } else if (options.all) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
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
  return address.range() === "unicast";
}

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
