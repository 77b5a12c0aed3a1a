import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { Request, Response } from "express";
import ipaddr from "ipaddr.js";
import type { Caller } from "./authenticate.ts";
import type { Counted, RateLimitState, RateLimits } from "./rate-limits.ts";

/** Counts a request of a caller, or of nobody in particular; throws where it is one too many. */
export type LimitRequests = (request: Request, response: Response, caller: Caller | undefined) => Promise<void>;

/**
 * Counts a request and writes `X-RateLimit-*` on its answer, whatever that will be: a key's for the key and for its
 * organization, a member's for the member, and one without valid credentials for the address that it comes from.
 * @throws {AppError} rate_limited, with `Retry-After` on the answer, when it is one too many.
 */
export async function limitRequests(
  { rateLimits, limits }: { rateLimits: RateLimits; limits: Configuration["rateLimits"] },
  request: Request,
  response: Response,
  caller: Caller | undefined,
): Promise<void> {
  const stranger = strangerOf(request, limits.address);
  // After too many wrong keys from an address the right one is refused there as well: it cannot be found by trying.
  const guesses = caller?.member ? undefined : rateLimits.usedUp(stranger);
  const accounts = caller ? accountsOf(caller, limits) : ([stranger] as const);
  answerLimits(response, guesses ?? (await rateLimits.consume(...accounts)));
}

function accountsOf(caller: Caller, limits: Configuration["rateLimits"]): readonly [Counted, ...Counted[]] {
  const own = { id: `${caller.actor.type}:${caller.actor.id}`, limit: limits.key };
  return caller.member ? [own] : [own, { id: `organization:${caller.org_id}`, limit: limits.organization }];
}

/**
 * Wrong keys are counted apart: consoles whose sign-in has run out ask on without any, and must not shut out the keys
 * of their address.
 */
function strangerOf(request: Request, limit: number): Counted {
  const what = request.get("authorization") === undefined ? "address" : "wrong-key";
  return { id: `${what}:${networkOf(request.ip)}`, limit };
}

/** An IPv4 address, or the /64 of an IPv6 one: whoever has one address of it has them all. */
export function networkOf(address: string | undefined): string {
  if (address === undefined || !ipaddr.isValid(address)) return "unknown";
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const network = parsed.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(":")}::/64`;
}

function answerLimits(response: Response, { limit, remaining, reset_s, exceeded }: RateLimitState): void {
  response.set({
    "X-RateLimit-Limit": String(limit),
    "X-RateLimit-Remaining": String(remaining),
    "X-RateLimit-Reset": String(reset_s),
  });
  if (!exceeded) return;
  response.set("Retry-After", String(reset_s));
  throw new AppError("rate_limited", `More than ${limit} requests in a minute: try again in ${reset_s} s.`);
}
