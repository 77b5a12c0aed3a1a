import { Retryable } from "@nexbasira/core/contract/errors.ts";
import type { AddressGuard } from "@nexbasira/core/webhooks/address-guard.ts";
import { createReceiverAgent, unlessAborted } from "@nexbasira/core/webhooks/post-payload.ts";
import { refuseReceiverUrl } from "@nexbasira/core/webhooks/receiver-url.ts";
import { type Dispatcher, request } from "undici";

const TIME_LIMIT_MS = 10_000;

/**
 * The way to addresses that stand in certificates and receipts: whoever wrote those could have a worker ask inside its
 * own network. It leads to public addresses and to the ranges that the operator permits, checked after the name was
 * resolved. Addresses that the operator configures need none.
 */
export interface GuardedWay {
  guard: AddressGuard;
  agent: Dispatcher;
}

export function guardedWay(guard: AddressGuard): GuardedWay {
  return { guard, agent: createReceiverAgent(guard) };
}

export interface LimitedFetch {
  url: string;
  /** Who answers there, for people: `The OCSP responder`. */
  who: string;
  /** Sent by POST; without it, it is a GET. */
  post?: { body: Uint8Array; contentType: string } | undefined;
  /** The media type that is asked for. */
  accept?: string;
  /** For an address that somebody else has written. */
  way?: GuardedWay | undefined;
  /** How long it may take, in ms; 10,000 where nothing is said. */
  timeLimitMs?: number | undefined;
  /** Bytes. */
  sizeLimit: number;
}

/**
 * Fetches a small answer of an authority over HTTP. Redirections are not followed.
 *
 * @throws Retryable where there is no whole answer with status 200 within the limits
 */
export async function fetchLimited(options: LimitedFetch): Promise<Uint8Array<ArrayBuffer>> {
  const { status, body } = await exchangeLimited(options);
  if (status === 200) return body;
  throw unusable(options, `it answered with status ${status}`);
}

/**
 * The same where another status says something.
 *
 * @throws Retryable where there is no whole answer within the limits
 */
export async function exchangeLimited(
  options: LimitedFetch,
): Promise<{ status: number; body: Uint8Array<ArrayBuffer> }> {
  const { url, post, accept, way, timeLimitMs = TIME_LIMIT_MS, sizeLimit } = options;
  const refusal = way && refuseReceiverUrl(url, { guard: way.guard, allowHttp: true });
  if (refusal) throw unusable(options, `the address ${refusal}`);
  const signal = AbortSignal.timeout(timeLimitMs);
  try {
    const response = await unlessAborted(
      request(url, {
        method: post ? "POST" : "GET",
        headers: { ...(post && { "content-type": post.contentType }), ...(accept !== undefined && { accept }) },
        ...(post && { body: post.body }),
        ...(way && { dispatcher: way.agent }),
        signal,
      }),
      signal,
    );
    // The body is read in any case: a connection is only given back once it is.
    return { status: response.statusCode, body: await readLimited(response.body, sizeLimit) };
  } catch (cause) {
    const isLate = cause instanceof Error && cause.name === "TimeoutError";
    throw unusable(options, isLate ? `no whole answer within ${timeLimitMs} ms` : messageOf(cause), cause);
  }
}

async function readLimited(body: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw new Error(`it is larger than ${limit} bytes`); // leaving the loop closes the body
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function unusable({ who, url }: LimitedFetch, reason: string, cause?: unknown): Retryable {
  return new Retryable(`${who} at ${hostOf(url)} gave no usable answer: ${reason}`, { cause });
}

/** The host of an address, or the address itself where it is none. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
