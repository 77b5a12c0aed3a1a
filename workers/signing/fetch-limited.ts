import { Retryable } from "@nexbasira/core/contract/errors.ts";
import { request } from "undici";

const TIME_LIMIT_MS = 10_000;

export interface LimitedFetch {
  url: string;
  /** Who answers there, for people: `The OCSP responder`. */
  who: string;
  /** Sent by POST; without it, it is a GET. */
  post?: { body: Uint8Array; contentType: string; accept: string };
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
  const { url, who, post, timeLimitMs = TIME_LIMIT_MS, sizeLimit } = options;
  try {
    const response = await request(url, {
      method: post ? "POST" : "GET",
      ...(post && { headers: { "content-type": post.contentType, accept: post.accept }, body: post.body }),
      signal: AbortSignal.timeout(timeLimitMs),
    });
    // The body is read in any case: a connection is only given back once it is.
    const answer = await readLimited(response.body, sizeLimit);
    if (response.statusCode !== 200) throw new Error(`it answered with status ${response.statusCode}`);
    return answer;
  } catch (cause) {
    const isLate = cause instanceof Error && cause.name === "TimeoutError";
    const reason = isLate ? `no whole answer within ${timeLimitMs} ms` : messageOf(cause);
    throw new Retryable(`${who} at ${hostOf(url)} gave no usable answer: ${reason}`, { cause });
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

/** The host of an address, or the address itself where it is none. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
