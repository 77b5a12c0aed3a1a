import { Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { type CheckedBaseline, checkBaseline, readSignedContent, type SignedContent } from "./check-baseline.ts";
import type { GuardedWay } from "./fetch-limited.ts";
import { digestPdf, type PdfSource, withIncrement } from "./pdf-source.ts";
import { Refused } from "./refused.ts";
import { fetchIssuer } from "./revocation/fetch-issuer.ts";
import { requestRevocation } from "./revocation/request-revocation.ts";
import { makeSecurityStore, readSecurityStore } from "./security-store.ts";
import { fillPlace, makeTimeStampPlace, PlaceTooSmall } from "./signature-field.ts";
import { requestTimeStampOf, type TimeStampSource } from "./time-stamp-client.ts";
import { type CertificateUse, collectValidationData } from "./validation-data.ts";

/** Bytes kept for a document time stamp; one that takes more is made again with more. */
const TIME_STAMP_CAPACITY = 16 * 1024;

export interface AugmentedPdf extends CheckedBaseline {
  /** The PDF that was given, with its increments after its end. */
  pdf: PdfSource;
  /** What stood in the way of B-LTA, in words; none where all of it was reached. */
  problems: string[];
}

export interface AugmentOptions {
  timeStamps: readonly TimeStampSource[];
  /** To the responders and lists that the certificates name. */
  certificateWay: GuardedWay;
  /** How long each responder may take, in ms; 10,000 where nothing is said. */
  revocationTimeLimitMs?: number;
}

/**
 * Brings a signed PDF to B-LTA, as far as responders and time-stamp authorities are there, by
 * increments (ETSI EN 319 142-1, clauses 5.4 and 5.5): the validation data of its signatures and time stamps, and over
 * them a document time stamp. A signature without a time stamp of its own gets one of the document first, so that its
 * bytes stay as they are. Of a PDF that is B-LTA already it is the renewal: fresh validation data for the newest
 * document time stamp, and another one over all. The level is read back from the result.
 *
 * @throws Permanent where a certificate was revoked before it was used, or a signature does not hold
 */
export async function augmentPdf(pdf: PdfSource, options: AugmentOptions): Promise<AugmentedPdf> {
  const trust = { timeStampRoots: options.timeStamps.flatMap(({ roots }) => roots) };
  const problems: string[] = [];
  let current = pdf;
  /** Goes on from what was reached; false where something is not to be had now. */
  const step = async (make: () => Promise<Buffer | null>): Promise<boolean> => {
    try {
      const increment = await make();
      if (increment) current = withIncrement(current, increment);
      return true;
    } catch (error) {
      if (!(error instanceof Retryable)) throw error;
      problems.push(error.message);
      return false;
    }
  };
  try {
    const isStamped =
      (await readSignedContent(pdf, trust)).isTimeStamped ||
      (await step(() => makeDocumentTimeStamp(current, options.timeStamps)));
    const content = await readSignedContent(current, trust);
    const isDone =
      isStamped &&
      (await step(() => makeValidationData(current, certificateUses(content), options))) &&
      (await step(() => makeDocumentTimeStamp(current, options.timeStamps)));
    if (isDone) {
      // Another authority than before may have given it, which the file knows nothing of yet.
      const { documentTimeStamps } = await readSignedContent(current, trust);
      const uses = documentTimeStamps.slice(-1).map(({ use }) => use);
      await step(() => makeValidationData(current, uses, options));
    }
    const checked = await checkBaseline(current, trust);
    if (isDone && checked.baseline !== "B-LTA") throw new Refused(`it is ${checked.baseline}, not B-LTA`);
    return { pdf: current, problems, ...checked };
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    throw new Permanent(`The signature does not hold: ${cause.message}`, { cause });
  }
}

/** All that the file rests on; of its newest document time stamp, the one to be covered by the next, anew. */
function certificateUses({ signatureUses, documentTimeStamps }: SignedContent): CertificateUse[] {
  const stamps = documentTimeStamps.map(({ use }, index) => ({
    ...use,
    renew: index === documentTimeStamps.length - 1,
  }));
  return [...signatureUses, ...stamps];
}

async function makeValidationData(
  pdf: PdfSource,
  uses: readonly CertificateUse[],
  { certificateWay: way, revocationTimeLimitMs: timeLimitMs }: AugmentOptions,
): Promise<Buffer | null> {
  const data = await collectValidationData(uses, readSecurityStore(pdf), {
    request: (asked) => requestRevocation(asked, { way, timeLimitMs }),
    fetchIssuer: (certificate) => fetchIssuer(certificate, way),
  });
  return makeSecurityStore(pdf, data, new Date());
}

/** A time stamp over the whole file. @throws Retryable where no authority gives a true token */
async function makeDocumentTimeStamp(
  pdf: PdfSource,
  timeStamps: readonly TimeStampSource[],
  capacity = TIME_STAMP_CAPACITY,
): Promise<Buffer> {
  const place = makeTimeStampPlace(pdf, { at: new Date(), capacity });
  const imprint = await digestPdf(withIncrement(pdf, place.increment), "SHA-256", place.spans);
  const { timeStamp } = await requestTimeStampOf(timeStamps, { hash: "SHA-256", digest: imprint });
  try {
    return fillPlace(place, pdf.size, timeStamp.token);
  } catch (error) {
    if (error instanceof PlaceTooSmall) return makeDocumentTimeStamp(pdf, timeStamps, error.needed + 1024);
    throw error;
  }
}
