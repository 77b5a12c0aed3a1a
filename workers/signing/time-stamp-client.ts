import { HASH_ALGORITHMS, type HashAlgorithm } from "@nexbasira/core/authority/hash-algorithm.ts";
import { Retryable } from "@nexbasira/core/contract/errors.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { fetchLimited, hostOf } from "./fetch-limited.ts";
import { Refused } from "./refused.ts";
import { type TimeStamp, verifyTimeStampToken } from "./verify-time-stamp-token.ts";

/** A time-stamp authority to ask, and what its tokens have to be. */
export interface TimeStampSource {
  /** What the operator calls it. */
  name: string;
  /** Whether the operator says that its time stamps are qualified. */
  qualified: boolean;
  /** Where it takes requests over HTTP (RFC 3161, clause 3.4). */
  url: string;
  /** The roots that its certificate has to lead to. */
  roots: readonly pkijs.Certificate[];
  /** The policy to ask for and to insist on; null for whichever it has. */
  policy: string | null;
  /** How long it may take to answer, in ms; 10,000 where nothing is said. */
  timeLimitMs?: number;
}

/** In the order in which they are asked for a signature's time stamp. */
export type TimeStampSources = readonly [TimeStampSource, ...TimeStampSource[]];

/** In bytes; a token with its certificates takes a few thousand. */
const SIZE_LIMIT = 64 * 1024;
/** How far the authority's time may be from ours; more means that one of the two clocks is wrong. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * Has a digest time-stamped, and answers the token only once everything in it was checked: status, imprint, nonce,
 * policy, signature, certificate, path, time.
 *
 * @throws Retryable where the authority cannot be reached or answers anything but a true token: it may be repaired,
 *   and the token is never used
 */
export async function requestTimeStamp(
  source: TimeStampSource,
  imprint: { hash: HashAlgorithm; digest: Uint8Array<ArrayBuffer> },
): Promise<TimeStamp> {
  const host = hostOf(source.url);
  const nonce = makeNonce();
  const answer = await fetchLimited({
    url: source.url,
    who: "The time-stamp authority",
    post: {
      body: encodeRequest(source, imprint, nonce),
      contentType: "application/timestamp-query",
    },
    accept: "application/timestamp-reply",
    timeLimitMs: source.timeLimitMs,
    sizeLimit: SIZE_LIMIT,
  });
  try {
    const timeStamp = await verifyTimeStampToken(readToken(answer), {
      digestOf: (hash) => (hash === imprint.hash ? imprint.digest : new Uint8Array()),
      roots: source.roots,
      policy: source.policy,
    });
    if (timeStamp.nonce !== nonce) throw new Refused("its nonce is not the one that was sent");
    const deviation = Math.abs(timeStamp.genTime.getTime() - Date.now());
    if (deviation > CLOCK_TOLERANCE_MS) {
      throw new Refused(`its time ${timeStamp.genTime.toISOString()} is ${Math.round(deviation / 1000)} s from now`);
    }
    return timeStamp;
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    throw new Retryable(`The answer of the time-stamp authority at ${host} was refused: ${cause.message}`, { cause });
  }
}

/** None of the authorities gives a true time stamp now. */
export class NoTimeStamp extends Retryable {}

/**
 * The time stamp of the first authority that gives a true one, each being asked once.
 *
 * @throws NoTimeStamp where none does, with what each of them said
 */
export async function requestTimeStampOf(
  sources: readonly TimeStampSource[],
  imprint: { hash: HashAlgorithm; digest: Uint8Array<ArrayBuffer> },
): Promise<{ timeStamp: TimeStamp; source: TimeStampSource }> {
  const problems: Retryable[] = [];
  for (const source of sources) {
    try {
      return { timeStamp: await requestTimeStamp(source, imprint), source };
    } catch (error) {
      if (!(error instanceof Retryable)) throw error;
      problems.push(error);
    }
  }
  throw new NoTimeStamp(problems.map(({ message }) => message).join("; "), { cause: problems });
}

/** 62 random bits, as a positive INTEGER that always takes eight bytes. */
function makeNonce(): bigint {
  const [low = 0n] = crypto.getRandomValues(new BigUint64Array(1));
  return (low >> 2n) | (1n << 62n);
}

function encodeRequest(
  { policy }: TimeStampSource,
  imprint: { hash: HashAlgorithm; digest: Uint8Array<ArrayBuffer> },
  nonce: bigint,
): Uint8Array {
  const timeStampRequest = new pkijs.TimeStampReq({
    version: 1,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: HASH_ALGORITHMS[imprint.hash].oid }),
      hashedMessage: new asn1js.OctetString({ valueHex: imprint.digest }),
    }),
    nonce: asn1js.Integer.fromBigInt(nonce),
    certReq: true,
    ...(policy !== null && { reqPolicy: policy }),
  });
  return new Uint8Array(timeStampRequest.toSchema().toBER());
}

/** The token of a TimeStampResp that grants one. @throws Refused with the authority's own words where it does not */
function readToken(der: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { status, token } = parseResponse(der);
  const isGranted = status.status === pkijs.PKIStatus.granted || status.status === pkijs.PKIStatus.grantedWithMods;
  if (!isGranted) {
    const words = status.statusStrings?.map((each) => each.valueBlock.value.slice(0, 200)).join("; ");
    throw new Refused(`it is a rejection with status ${status.status}${words ? ` (${JSON.stringify(words)})` : ""}`);
  }
  if (!token) throw new Refused("it grants a token and has none");
  return token;
}

interface Response {
  status: pkijs.PKIStatusInfo;
  /** Encoded again, just as it would be embedded: so what is checked is what is used. */
  token: Uint8Array<ArrayBuffer> | null;
}

function parseResponse(der: Uint8Array<ArrayBuffer>): Response {
  try {
    const { result, offset } = asn1js.fromBER(der);
    if (offset !== der.length || !(result instanceof asn1js.Sequence)) throw new Error("not one structure");
    const token = result.valueBlock.value[1];
    const { status } = new pkijs.TimeStampResp({ schema: result });
    return { status, token: token ? new Uint8Array(token.toBER()) : null };
  } catch (cause) {
    // Whatever the ASN.1 reader says of bytes that are no such answer: an error page, half an answer.
    throw new Refused("it is not a time-stamp response", { cause });
  }
}
