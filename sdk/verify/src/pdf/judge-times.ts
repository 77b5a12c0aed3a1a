import { isValidAt } from "@nexbasira/core/authority/certificate-path.ts";
import { nameOf, shown } from "../cms/certificate-path.ts";
import { type RevocationData, revocationAt } from "../cms/revocation.ts";
import type { ProvenToken } from "../cms/time-stamp-token.ts";
import { because } from "../reasons.ts";
import { type Finding, finding } from "../report.ts";
import type { CheckedPlace, HoldingSignature } from "./check-signatures.ts";

/** How far the clocks of two authorities may be apart, in ms. */
const CLOCKS_MS = 60_000;

/** A time stamp whose authority leads to a root that the caller gave. */
interface TrustedStamp {
  stamp: ProvenToken;
  /** Up to where of the file it covers: a signature's own covers the signature. */
  end: number;
  isDocument: boolean;
}

export interface JudgedTimes {
  findings: Finding[];
  stamps: TrustedStamp[];
}

/** Every time stamp: whether it holds, leads to a root, was not revoked, is still covered, and in an order that can be. */
export async function judgeTimes(
  places: readonly CheckedPlace[],
  data: RevocationData,
  now: Date,
): Promise<JudgedTimes> {
  const findings: Finding[] = [];
  const stamps: TrustedStamp[] = [];
  for (const place of places) {
    if (place.kind === "broken") continue;
    if (place.kind === "signature" && place.stampProblem !== null)
      findings.push(finding("no", "stamp_broken", {}, place.stampProblem));
    if (!place.stamp) continue;
    const { authority, genTime, path } = place.stamp;
    if ("reason" in path) {
      findings.push(finding("unknown", "stamp_not_trusted", { authority }, path.reason));
      continue;
    }
    const issuer = path.path[1];
    const status = issuer
      ? await revocationAt(place.stamp.certificate, issuer, data, genTime)
      : { status: "good" as const };
    if (status.status === "revoked") {
      findings.push(finding("no", "revoked", { subject: authority, time: shown(status.at) }));
      continue;
    }
    const isDocument = place.kind === "document_time_stamp";
    stamps.push({ stamp: place.stamp, end: place.place.end, isDocument });
    findings.push(
      finding("yes", isDocument ? "document_stamped" : "signature_stamped", { authority, time: shown(genTime) }),
    );
  }
  for (const each of stamps) {
    const { certificate, genTime } = each.stamp;
    const later = stamps.filter((other) => other.isDocument && other !== each && other.end >= each.end);
    if (later.some((other) => other.stamp.genTime.getTime() < genTime.getTime() - CLOCKS_MS))
      findings.push(finding("no", "order_broken", {}, because("later_stamp_earlier", { time: shown(genTime) })));
    const isCovered = later.some((other) => other.stamp.genTime <= certificate.notAfter.value);
    if (!isValidAt(certificate, now) && !isCovered)
      findings.push(
        finding("unknown", "stamp_expired", {
          authority: nameOf(certificate),
          time: shown(certificate.notAfter.value),
        }),
      );
  }
  return { findings, stamps };
}

/** The earliest time at which a signature is proven to have been there; undefined where none is. */
export function provenTime(signature: HoldingSignature, { stamps }: JudgedTimes): Date | undefined {
  const own = stamps.filter(({ stamp }) => stamp === signature.stamp);
  const later = stamps.filter(({ isDocument, end }) => isDocument && end > signature.place.end);
  const times = [...own, ...later].map(({ stamp }) => stamp.genTime.getTime());
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}
