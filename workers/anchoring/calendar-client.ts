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
import { exchangeLimited, type GuardedWay } from "../signing/fetch-limited.ts";

/** What the public calendars ask of their clients (python-opentimestamps, `calendar.py`). */
const ACCEPT = "application/vnd.opentimestamps.v1";
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
  const { status, body } = await exchange(`${calendar}/digest`, { body: message });
  if (status !== 200) throw new Error(`it answered with status ${status}`);
  const timestamp = readTimestamp(body, message);
  if (listAttestations(timestamp).length === 0) throw new OpenTimestampsError("it attests to nothing");
  return timestamp;
}

/**
 * Asks the calendars that a receipt names for what they have by now, and adds it to the receipt. Only calendars that are
 * configured are asked, and their kin by the guarded way: a receipt's addresses come from others.
 *
 * @returns whether anything was added, and what went wrong with whom
 */
export async function upgradeReceipt(
  calendars: readonly string[],
  receipt: Timestamp,
  way: GuardedWay,
): Promise<{ isNewer: boolean; problems: string[] }> {
  let isNewer = false;
  const problems: string[] = [];
  for (const { at, attestation } of listAttestations(receipt)) {
    const calendar = calendarOf(calendars, attestation);
    if (calendar === undefined || at.steps.length > 0) continue;
    try {
      const url = `${calendar}/timestamp/${Buffer.from(at.message).toString("hex")}`;
      const { status, body } = await exchange(url, calendars.includes(calendar) ? {} : { way });
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

function exchange(url: string, { body, way }: { body?: Uint8Array; way?: GuardedWay }) {
  const post = body && { body, contentType: "application/x-www-form-urlencoded" };
  return exchangeLimited({ url, who: "The calendar", post, accept: ACCEPT, way, sizeLimit: SIZE_LIMIT });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
