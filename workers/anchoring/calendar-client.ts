import {
  type Attestation,
  addStep,
  listAttestations,
  mergeTimestamps,
  newTimestamp,
  OpenTimestampsError,
  readTimestamp,
  type Timestamp,
} from "@nexbasira/core/audit/open-timestamps.ts";
import { Retryable } from "@nexbasira/core/contract/errors.ts";
import { request } from "undici";

/** What the public calendars ask of their clients (python-opentimestamps, `calendar.py`). */
const ACCEPT = "application/vnd.opentimestamps.v1";
const TIME_LIMIT_MS = 10_000;
const SIZE_LIMIT = 10_000;
const NONCE_BYTES = 16;

/**
 * Has a SHA-256 recorded by the calendars: a nonce is appended and hashed, so that they do not see what they record. The
 * receipt holds what each of them that answered has promised; `problems` says why the others did not.
 *
 * @throws Retryable where none of them gave a receipt
 */
export async function submitDigest(
  calendars: readonly string[],
  digest: Uint8Array,
): Promise<{ receipt: Timestamp; problems: string[] }> {
  const receipt = newTimestamp(digest);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const hidden = addStep(addStep(receipt, { name: "append", argument: nonce }), { name: "sha256" });
  const problems: string[] = [];
  const answers = await Promise.allSettled(calendars.map((calendar) => submit(calendar, hidden.message)));
  for (const [index, answer] of answers.entries()) {
    if (answer.status === "fulfilled") mergeTimestamps(hidden, answer.value);
    else problems.push(`${calendars[index]}: ${messageOf(answer.reason)}`);
  }
  if (problems.length === calendars.length) throw new Retryable(`No calendar gave a receipt: ${problems.join("; ")}`);
  return { receipt, problems };
}

async function submit(calendar: string, message: Uint8Array): Promise<Timestamp> {
  const { status, body } = await exchange(`${calendar}/digest`, message);
  if (status !== 200) throw new Error(`it answered with status ${status}`);
  const timestamp = readTimestamp(body, message);
  if (listAttestations(timestamp).length === 0) throw new OpenTimestampsError("it attests to nothing");
  return timestamp;
}

/**
 * Asks the calendars that a receipt names for what they have by now, and adds it to the receipt. Only calendars that are
 * configured are asked: a receipt's addresses come from others.
 *
 * @returns whether anything was added, and what went wrong with whom
 */
export async function upgradeReceipt(
  calendars: readonly string[],
  receipt: Timestamp,
): Promise<{ isNewer: boolean; problems: string[] }> {
  let isNewer = false;
  const problems: string[] = [];
  for (const { at, attestation } of listAttestations(receipt)) {
    const calendar = calendarOf(calendars, attestation);
    if (calendar === undefined || at.steps.length > 0) continue;
    try {
      const { status, body } = await exchange(`${calendar}/timestamp/${Buffer.from(at.message).toString("hex")}`);
      // The calendar has not put it into a block yet.
      if (status === 404) continue;
      if (status !== 200) throw new Error(`it answered with status ${status}`);
      mergeTimestamps(at, readTimestamp(body, at.message));
      isNewer = true;
    } catch (error) {
      problems.push(`${calendar}: ${messageOf(error)}`);
    }
  }
  return { isNewer, problems };
}

/** A pool's receipts name the calendars behind it: those of the pool's own domain are taken for it. */
function calendarOf(calendars: readonly string[], attestation: Attestation): string | undefined {
  if (attestation.kind !== "pending") return undefined;
  const uri = attestation.uri.replace(/\/$/, "");
  if (calendars.includes(uri)) return uri;
  if (!URL.canParse(uri)) return undefined;
  const { protocol, hostname } = new URL(uri);
  const domains = calendars.map((calendar) => new URL(calendar).hostname.split(".").slice(-2).join("."));
  const isKin = domains.some(
    (domain) => domain.includes(".") && /[a-z]/i.test(domain) && hostname.endsWith(`.${domain}`),
  );
  return protocol === "https:" && isKin ? uri : undefined;
}

async function exchange(url: string, body?: Uint8Array): Promise<{ status: number; body: Uint8Array }> {
  const response = await request(url, {
    method: body ? "POST" : "GET",
    headers: { accept: ACCEPT, ...(body ? { "content-type": "application/x-www-form-urlencoded" } : {}) },
    ...(body ? { body } : {}),
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > SIZE_LIMIT) throw new Error(`its answer is larger than ${SIZE_LIMIT} bytes`); // leaving closes the body
    chunks.push(chunk);
  }
  return { status: response.statusCode, body: new Uint8Array(Buffer.concat(chunks)) };
}

function messageOf(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return `no whole answer within ${TIME_LIMIT_MS} ms`;
  return error instanceof Error ? error.message : String(error);
}
