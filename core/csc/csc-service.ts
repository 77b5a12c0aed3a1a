import { request } from "undici";
import { z } from "zod";
import { isPrivateWay } from "../configuration/signing-configuration.ts";
import { Permanent, Retryable } from "../contract/errors.ts";

/** Why a signing service refused, as far as somebody can do something about it. */
export type CscReason =
  /** The PIN or the one-time code is wrong: another may be right, and several wrong ones lock the credential. */
  | "wrong_code"
  /** The authorization for this signature has ended or was used: a new one is needed. */
  | "authorization_ended"
  /** The access token has ended or is not valid. */
  | "token_ended"
  /** The credential is locked, disabled, suspended, revoked or expired. */
  | "credential_unusable"
  | "other";

/** A signing service's refusal, in its own words; asking the same again would be refused again. */
export class CscRefusal extends Permanent {
  readonly reason: CscReason;

  constructor(reason: CscReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** What is asked of a signing service. */
export interface CscCall<Answer> {
  /** For messages: `credentials/info`. */
  method: string;
  url: string;
  /** Access token; null where none is needed. */
  token: string | null;
  body: { json: unknown } | { form: Record<string, string> } | null;
  answer: z.ZodType<Answer>;
  /** What must not be seen in a message even if the service says it back: PIN, codes, SAD. */
  secrets: readonly string[];
  timeLimitMs?: number;
}

const TIME_LIMIT_MS = 15_000;
/** In bytes; a list of 20 credentials with their chains takes about 150,000. */
const SIZE_LIMIT = 1024 * 1024;
/** Of a service's own words. */
const WORDS = 200;

const Problem = z.object({ error: z.string(), error_description: z.string().optional() });

/**
 * Asks a signing service once.
 *
 * @throws Retryable where it cannot be reached, is late, overloaded or broken (429, 5xx, no JSON, another shape)
 * @throws CscRefusal where it refuses (other 4xx, with its reason)
 */
export async function askService<Answer>(call: CscCall<Answer>): Promise<Answer> {
  const { host } = new URL(call.url);
  const about = `The signing service at ${host}`;
  if (!isPrivateWay(call.url)) throw new Permanent(`${about} is not asked over anything but https`);
  const { status, text } = await exchange(call, about);
  const json = parseJson(text);
  if (status >= 200 && status < 300) {
    const answer = call.answer.safeParse(json);
    if (answer.success) return answer.data;
    const fault = answer.error.issues[0];
    const place = fault && fault.path.length > 0 ? ` (${fault.path.join(".")}: ${fault.message})` : "";
    throw new Retryable(`${about} answered ${call.method} with something else than the API has${place}`);
  }
  const problem = Problem.safeParse(json);
  const words = problem.success ? `: ${ownWords(problem.data, call)}` : "";
  const message = `${about} refused ${call.method} with status ${status}${words}`;
  if (!problem.success || status === 429 || status >= 500) throw new Retryable(message);
  throw new CscRefusal(reasonOf(status, problem.data), message);
}

/** An answer without content, as JSON `null`. */
export const Nothing = z.unknown().transform(() => null);

async function exchange<Answer>(call: CscCall<Answer>, about: string): Promise<{ status: number; text: string }> {
  const timeLimitMs = call.timeLimitMs ?? TIME_LIMIT_MS;
  try {
    const response = await request(call.url, {
      method: call.body ? "POST" : "GET",
      headers: {
        accept: "application/json",
        ...(call.token !== null && { authorization: `Bearer ${call.token}` }),
        ...contentType(call.body),
      },
      body: call.body && encode(call.body),
      signal: AbortSignal.timeout(timeLimitMs),
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body) {
      size += chunk.length;
      if (size > SIZE_LIMIT) throw new Error(`it is larger than ${SIZE_LIMIT} bytes`); // leaving the loop closes it
      chunks.push(chunk);
    }
    return { status: response.statusCode, text: Buffer.concat(chunks).toString("utf8") };
  } catch (cause) {
    const isLate = cause instanceof Error && cause.name === "TimeoutError";
    const said = cause instanceof Error ? cause.message : String(cause);
    const reason = isLate ? `no whole answer within ${timeLimitMs} ms` : said;
    throw new Retryable(`${about} gave no usable answer to ${call.method}: ${reason}`, { cause });
  }
}

type Body = NonNullable<CscCall<unknown>["body"]>;

function encode(body: Body): string {
  return "json" in body ? JSON.stringify(body.json) : new URLSearchParams(body.form).toString();
}

function contentType(body: CscCall<unknown>["body"]): Record<string, string> {
  if (!body) return {};
  return { "content-type": "json" in body ? "application/json" : "application/x-www-form-urlencoded" };
}

function parseJson(text: string): unknown {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    // A proxy's page, half an answer: no answer of the API.
    return undefined;
  }
}

/** What the service says, without what we had told it. */
function ownWords({ error, error_description = "" }: z.output<typeof Problem>, call: CscCall<unknown>): string {
  let words = `${error}${error_description && ` (${error_description})`}`;
  for (const secret of [...call.secrets, call.token ?? ""]) {
    if (secret.length > 0) words = words.replaceAll(secret, "…");
  }
  return JSON.stringify(words.slice(0, WORDS));
}

/** By the predefined error codes (CSC API v2, clause 10.2) and, where those say too little, the predefined sentences. */
function reasonOf(status: number, { error, error_description = "" }: z.output<typeof Problem>): CscReason {
  if (["invalid_otp", "invalid_pin", "invalid_authentication_data"].includes(error)) return "wrong_code";
  if (/\bSAD\b/.test(error_description) || error === "invalid_grant") return "authorization_ended";
  if (status === 401 || error === "expired_token" || error === "invalid_token") return "token_ended";
  if (/\b(locked|disabled|suspended|revoked|expired)\b/i.test(error_description)) return "credential_unusable";
  return "other";
}
