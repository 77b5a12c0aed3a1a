import { distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import type * as pkijs from "pkijs";
import { Refused } from "../refused.ts";

/** How far the clock of a responder may be from ours. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Reasons that do not touch what was signed before (RFC 3161, clause 4: for a time-stamp authority these alone). */
const HARMLESS_REASONS = new Set([0, 3, 4, 5, 9]);

/** A checked answer to whether a certificate was revoked, as it is embedded. */
export interface RevocationAnswer {
  kind: "ocsp" | "crl";
  /** DER of the OCSPResponse or of the CertificateList. */
  der: Uint8Array<ArrayBuffer>;
  /** Null for a certificate that is not revoked. */
  revoked: { at: Date; reason: number | null } | null;
  /** When that was known. */
  thisUpdate: Date;
  /** Until when it may be relied on; null where it does not say. */
  nextUpdate: Date | null;
  /** The certificate that signed it, where that is not the issuer's own. */
  delegate: pkijs.Certificate | null;
}

/** The certificate was revoked before it was used: what it signed does not hold. */
class Revoked extends Refused {}

/**
 * @param usedAt when the certificate was used, by a time stamp
 * @throws Revoked where the answer says that it was revoked by then, or for a reason that reaches back
 */
export function checkNotRevoked(certificate: pkijs.Certificate, { revoked }: RevocationAnswer, usedAt: Date): void {
  if (!revoked) return;
  const reachesBack = revoked.reason !== null && !HARMLESS_REASONS.has(revoked.reason);
  if (revoked.at > usedAt && !reachesBack) return;
  throw new Revoked(
    `the certificate of ${distinguishedName(certificate.subject)} was revoked at ${revoked.at.toISOString()}`,
  );
}

/** In ms. */
export interface AgeLimits {
  /** How old an answer may be that does not say until when it holds. */
  withoutEnd: number;
  /** How old any may be, however long it says that it holds: an old true answer can be played back until then. */
  atMost: number;
}

/**
 * @param at the moment for which the answer is to be a present one
 * @throws Refused where it is from the future, has expired or is too old
 */
export function checkTimes(
  { thisUpdate, nextUpdate }: { thisUpdate: Date; nextUpdate: Date | null },
  at: Date,
  limits: AgeLimits,
): void {
  const end = nextUpdate ?? new Date(thisUpdate.getTime() + limits.withoutEnd);
  if (thisUpdate.getTime() > at.getTime() + CLOCK_TOLERANCE_MS) {
    throw new Refused(`it is from ${thisUpdate.toISOString()}, which is not yet`);
  }
  if (end.getTime() < at.getTime() - CLOCK_TOLERANCE_MS) throw new Refused(`it expired at ${end.toISOString()}`);
  if (thisUpdate.getTime() < at.getTime() - limits.atMost - CLOCK_TOLERANCE_MS) {
    throw new Refused(`it is from ${thisUpdate.toISOString()}, which is too long ago`);
  }
}
