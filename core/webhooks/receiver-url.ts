import { isIP } from "node:net";
import type { AddressGuard } from "./address-guard.ts";

/**
 * Why a URL cannot be posted to, as what follows "the URL", or undefined: what can be said before connecting. A literal
 * address, in any spelling (decimal, hexadecimal, octal: `URL` writes them all alike), is judged here, since a socket
 * looks none up; names are judged by the guard's lookup when they are connected to.
 */
export function refuseReceiverUrl(
  text: string,
  { guard, allowHttp }: { guard: AddressGuard; allowHttp: boolean },
): string | undefined {
  const url = URL.parse(text);
  if (!url) return "cannot be read";
  if (url.protocol !== "https:" && !(allowHttp && url.protocol === "http:")) return "is not https";
  // They would be in every log and never be sent.
  if (url.username !== "" || url.password !== "") return "must not hold a user name or a password";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return isIP(host) !== 0 && !guard.permits(host) ? "leads to an address that is not public" : undefined;
}
