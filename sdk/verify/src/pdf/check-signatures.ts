import type { HashAlgorithm } from "@nexbasira/core/authority/hash-algorithm.ts";
import type * as pkijs from "pkijs";
import { CmsError } from "../cms/der.ts";
import {
  checkSignedMessage,
  readSignedMessage,
  type SignedMessage,
  signatureValue,
  timeStampTokens,
} from "../cms/signed-data.ts";
import { checkToken, type ProvenToken, readToken, type Token } from "../cms/time-stamp-token.ts";
import { digestRanges, HASHES } from "../digest-ranges.ts";
import { because, type Reason } from "../reasons.ts";
import { rootsFor, type Trust } from "../trust.ts";
import type { PdfSignature } from "./find-signatures.ts";

const DATA = "1.2.840.113549.1.7.1";

/** A signature that holds over its bytes; whether its signer is to be trusted is another question. */
export interface HoldingSignature {
  kind: "signature";
  place: PdfSignature;
  message: SignedMessage;
  /** Its own time stamp, where it has one that holds, and what is wrong with one that does not. */
  stamp: ProvenToken | null;
  stampProblem: Reason | null;
}

/** A document time stamp that holds over its bytes. */
interface HoldingStamp {
  kind: "document_time_stamp";
  place: PdfSignature;
  stamp: ProvenToken;
}

interface BrokenPlace {
  kind: "broken";
  place: PdfSignature;
  reason: Reason;
}

export type CheckedPlace = HoldingSignature | HoldingStamp | BrokenPlace;

type ReadPlace =
  | { message: SignedMessage; hash: HashAlgorithm }
  | { token: Token; hash: HashAlgorithm }
  | { reason: Reason };

/** Checks digests and signature values of every signature and document time stamp, reading the file once. */
export async function checkPlaces(
  bytes: Uint8Array,
  places: readonly PdfSignature[],
  trust: { trust: Trust; intermediates: readonly pkijs.Certificate[] },
  onProgress?: (share: number) => void | Promise<void>,
): Promise<CheckedPlace[]> {
  const read: ReadPlace[] = [];
  for (const place of places) read.push(await readPlace(place));
  const ranges = places.flatMap((place, i) => {
    const found = read[i];
    return found && "hash" in found ? [{ algorithm: found.hash, gap: place.gap, end: place.end }] : [];
  });
  const digests = await digestRanges(bytes, ranges, onProgress);
  const checked: CheckedPlace[] = [];
  for (const [i, place] of places.entries()) {
    const found = read[i] ?? { reason: because("cms_unreadable") };
    const digest = "hash" in found ? digests.shift() : undefined;
    if ("reason" in found || !digest)
      checked.push({ kind: "broken", place, reason: "reason" in found ? found.reason : because("cms_unreadable") });
    else checked.push(await checkPlace(place, found, digest, trust));
  }
  return checked;
}

async function readPlace(place: PdfSignature): Promise<ReadPlace> {
  try {
    if (place.kind === "document_time_stamp") {
      const token = await readToken(place.contents, true);
      return { token, hash: token.hash };
    }
    const message = await readSignedMessage(place.contents, true);
    return { message, hash: message.hash };
  } catch (error) {
    if (!(error instanceof CmsError)) throw error;
    return { reason: error.reason };
  }
}

async function checkPlace(
  place: PdfSignature,
  found: Exclude<ReadPlace, { reason: Reason }>,
  digest: Uint8Array,
  trust: { trust: Trust; intermediates: readonly pkijs.Certificate[] },
): Promise<CheckedPlace> {
  try {
    if ("token" in found) {
      return { kind: "document_time_stamp", place, stamp: await checkStamp(found.token, digest, trust) };
    }
    await checkSignedMessage(found.message, { contentType: DATA, digest });
    return { kind: "signature", place, message: found.message, ...(await readStamp(found.message, trust)) };
  } catch (error) {
    if (!(error instanceof CmsError)) throw error;
    return { kind: "broken", place, reason: error.reason };
  }
}

async function readStamp(
  message: SignedMessage,
  trust: { trust: Trust; intermediates: readonly pkijs.Certificate[] },
): Promise<Pick<HoldingSignature, "stamp" | "stampProblem">> {
  try {
    const [der, ...others] = await timeStampTokens(message);
    if (!der) return { stamp: null, stampProblem: null };
    if (others.length > 0) throw new CmsError("several_stamps");
    const token = await readToken(der);
    const stamp = await checkStamp(token, HASHES[token.hash](signatureValue(message)), trust);
    return { stamp, stampProblem: null };
  } catch (error) {
    if (!(error instanceof CmsError)) throw error;
    return { stamp: null, stampProblem: error.reason };
  }
}

function checkStamp(
  token: Token,
  digest: Uint8Array,
  { trust, intermediates }: { trust: Trust; intermediates: readonly pkijs.Certificate[] },
): Promise<ProvenToken> {
  return checkToken(token, digest, { intermediates, roots: rootsFor(trust, "QTST", token.genTime) });
}
