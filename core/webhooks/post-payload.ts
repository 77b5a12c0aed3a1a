import { Agent, type Dispatcher, request } from "undici";
import type { AddressGuard } from "./address-guard.ts";
import { refuseReceiverUrl } from "./receiver-url.ts";

/** How an attempt ended. A redirect counts as what it is: not a 2xx. */
export interface PostResult {
  /** Null when no answer came. */
  status: number | null;
  /** The answer's headers, without cookies, up to 4 KiB. */
  headers: Record<string, string>;
  /** The first 2 KiB of the answer. */
  body: string | null;
  /** Why there was no answer, in words for the delivery log. */
  problem: string | null;
  /** What `Retry-After` asks for, in seconds. */
  retry_after_s: number | null;
  duration_ms: number;
}

export interface Receivers {
  agent: Dispatcher;
  guard: AddressGuard;
  allowHttp: boolean;
}

const KEPT_BYTES = 2048;

/**
 * Connections to receivers: kept alive, and only to addresses that the guard permits. Their number is limited where
 * deliveries are claimed, not here by host: receivers of several organizations may share one. HTTP/1.1 alone: each attempt
 * has its connection for itself, and cutting it off touches no other.
 */
export function createReceiverAgent(guard: AddressGuard): Agent {
  return new Agent({ allowH2: false, connect: { lookup: guard.lookup } });
}

/**
 * Posts once, within `limit_ms`, unless `signal` aborts it. Never throws for what the receiver or the network does:
 * that is the result.
 */
export async function postPayload(
  { agent, guard, allowHttp }: Receivers,
  post: { url: string; body: string; headers: Record<string, string>; limit_ms: number; signal?: AbortSignal },
): Promise<PostResult> {
  const started = performance.now();
  const result = (outcome: Partial<PostResult>): PostResult => ({
    status: null,
    headers: {},
    body: null,
    problem: null,
    retry_after_s: null,
    ...outcome,
    duration_ms: Math.round(performance.now() - started),
  });
  const refusal = refuseReceiverUrl(post.url, { guard, allowHttp });
  if (refusal) return result({ problem: `the URL ${refusal}` });
  const limit = AbortSignal.timeout(post.limit_ms);
  const signal = post.signal ? AbortSignal.any([limit, post.signal]) : limit;
  const { url, body, headers } = post;
  try {
    const response = await unlessAborted(
      request(url, { method: "POST", body, headers, dispatcher: agent, signal }),
      signal,
    );
    return result({
      status: response.statusCode,
      headers: keptHeaders(response.headers),
      retry_after_s: readRetryAfter(response.headers["retry-after"]),
      ...(await readStart(response.body)),
    });
  } catch (error) {
    return result({ problem: describe(error) });
  }
}

/** undici itself notices an abort only once there is a connection, for which it waits 10 s. */
export async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

const KEPT_HEADER_CHARACTERS = 4096;

function keptHeaders(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  const kept: Record<string, string> = {};
  let characters = 0;
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? value.join(", ") : (value ?? "");
    characters += name.length + text.length;
    if (characters > KEPT_HEADER_CHARACTERS) break;
    if (name !== "set-cookie") kept[name] = text;
  }
  return kept;
}

/** The status is the answer: a body that breaks off or never ends only leaves less to keep. */
async function readStart(body: Dispatcher.ResponseData["body"]): Promise<Pick<PostResult, "body" | "problem">> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let problem: string | null = null;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= KEPT_BYTES) break;
    }
  } catch (error) {
    problem = `the answer's body broke off: ${describe(error)}`;
  }
  const text = Buffer.concat(chunks).subarray(0, KEPT_BYTES).toString("utf8").replaceAll("\u0000", "\ufffd");
  return { body: text, problem };
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3). */
function readRetryAfter(header: string | string[] | undefined): number | null {
  if (typeof header !== "string") return null;
  const seconds = /^\d{1,9}$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return "unknown failure";
  if (error.name === "TimeoutError") return "no answer within the time limit";
  const code = "code" in error && typeof error.code === "string" ? `${error.code}: ` : "";
  return `${code}${error.message}`.slice(0, 500);
}
