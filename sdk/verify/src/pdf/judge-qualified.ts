import { isSame } from "@nexbasira/core/authority/certificate-path.ts";
import { readQualifiedStatements } from "@nexbasira/core/authority/qualified-certificate.ts";
import type * as pkijs from "pkijs";
import { explainPath, nameOf, shown } from "../cms/certificate-path.ts";
import { because, type Reason } from "../reasons.ts";
import { type Finding, finding } from "../report.ts";
import type { Trust } from "../trust.ts";
import { periodAt, type ServicePeriod, type TrustedService } from "../trusted-list.ts";
import type { HoldingSignature } from "./check-signatures.ts";
import type { JudgedSigner } from "./judge-signer.ts";
import type { JudgedTimes } from "./judge-times.ts";

/**
 * Whether the trusted lists prove that a signature is a qualified electronic signature or seal (Regulation (EU) No
 * 910/2014, articles 32 and 40; ETSI TS 119 615): what its certificate says of itself, and that the service that issued it
 * was granted at the time for just that. One finding for each condition that is missing.
 */
export async function judgeQualified(
  { message }: HoldingSignature,
  {
    signer,
    trust,
    intermediates,
    at,
  }: { signer: JudgedSigner; trust: Trust; intermediates: readonly pkijs.Certificate[]; at: Date },
): Promise<Finding[]> {
  const { certificate, certificates } = message;
  const name = nameOf(certificate);
  const unknown = (reason: Reason) => finding("unknown", "not_qualified", { signer: name }, reason);
  const services = trust.lists.services.filter(({ kind }) => kind === "CA/QC");
  if (services.length === 0) return [unknown(because("no_lists"))];
  const { compliance, device, use } = readQualifiedStatements(certificate);
  const missing: Reason[] = [];
  const roots = services.map((service) => service.certificate);
  const found = await explainPath(certificate, { intermediates: [...certificates, ...intermediates], roots, at });
  const issuers = "path" in found ? found.path.slice(1) : [];
  missing.push(
    ...checkService(services, issuers, at, ({ service, period }) => {
      const reasons: Reason[] = [];
      if (use !== "other" && !period.purposes.has(use)) reasons.push(because("other_purpose", { service }));
      if (period.hasConditions) reasons.push(because("service_conditions", { service }));
      return reasons;
    }),
  );
  if (!compliance) missing.push(because("no_qc_compliance"));
  if (!device) missing.push(because("no_qc_device"));
  if (use === "other") missing.push(because("qc_type"));
  if (signer.findings.some(({ verdict }) => verdict !== "yes")) missing.push(because("not_proven_who"));
  if (missing.length > 0) return missing.map(unknown);
  return [finding("yes", use === "seals" ? "qualified_seal" : "qualified_signature", { signer: name })];
}

/** Whether the trusted lists prove that time stamps are qualified (article 42), each that leads to a trusted root. */
export function judgeQualifiedTimes({ stamps }: JudgedTimes, { lists }: Trust): Finding[] {
  const services = lists.services.filter(({ kind }) => kind === "QTST");
  return stamps.map(({ stamp: { authority, genTime, path } }) => {
    const certificates = "path" in path ? path.path : [];
    const [reason] =
      services.length === 0 ? [because("no_lists")] : checkService(services, certificates, genTime, () => []);
    if (reason) return finding("unknown", "stamp_not_qualified", { authority }, reason);
    return finding("yes", "qualified_stamp", { authority, time: shown(genTime) });
  });
}

/** Why none of the services that stand on a path vouches for it; nothing where one does. */
function checkService(
  services: readonly TrustedService[],
  path: readonly pkijs.Certificate[],
  at: Date,
  more: (found: { service: string; period: ServicePeriod }) => Reason[],
): Reason[] {
  const own = services.filter((each) => path.some((certificate) => isSame(certificate, each.certificate)));
  if (own.length === 0) return [because("issuer_not_listed")];
  const judged = own.map((each) => {
    const [service, period] = [each.name, periodAt(each, at)];
    if (!period?.granted) return [because("not_granted", { service, time: shown(at) })];
    return more({ service, period });
  });
  return judged.find((reasons) => reasons.length === 0) ?? judged[0] ?? [];
}
