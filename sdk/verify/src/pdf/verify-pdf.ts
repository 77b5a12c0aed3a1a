import type { EvidenceManifest } from "@nexbasira/core/contract/evidence-manifest.ts";
import type * as pkijs from "pkijs";
import { nameOf, shown } from "../cms/certificate-path.ts";
import type { RevocationData } from "../cms/revocation.ts";
import { isDevelopment } from "../log/check-log.ts";
import { type Baseline, type Finding, finding, type SignatureSummary, Unreadable } from "../report.ts";
import type { Trust } from "../trust.ts";
import { type CheckedPlace, checkPlaces, type HoldingSignature } from "./check-signatures.ts";
import { checkRevisions, ForbiddenChange } from "./compare-revisions.ts";
import { PdfDocument, type View } from "./document.ts";
import { type BrokenSignature, findSignatures } from "./find-signatures.ts";
import { judgeQualified, judgeQualifiedTimes } from "./judge-qualified.ts";
import { type JudgedSigner, judgeRevocation, judgeSigner } from "./judge-signer.ts";
import { type JudgedTimes, judgeTimes, provenTime } from "./judge-times.ts";
import { readManifest, validationDataReader } from "./read-parts.ts";

export interface PdfFindings {
  integrity: Finding[];
  identity: Finding[];
  time: Finding[];
  level: Finding[];
  changes: Finding[];
  signatures: SignatureSummary[];
  baseline: Baseline | null;
  qualified: { signature: Finding[]; time: Finding[] };
  development: boolean;
  /** As the first signature has it; an error where one is attached that cannot be read. */
  manifest: EvidenceManifest | Unreadable | undefined;
}

export interface PdfOptions {
  trust: Trust;
  now: Date;
  onProgress?: ((share: number) => void | Promise<void>) | undefined;
}

const ORDER: readonly Baseline[] = ["B-B", "B-T", "B-LT", "B-LTA"];

/** Judges a PDF by its signatures. @throws Unreadable where it is not a PDF that can be judged */
export async function verifyPdf(bytes: Uint8Array, { trust, now, onProgress }: PdfOptions): Promise<PdfFindings> {
  const document = await PdfDocument.open(bytes);
  const newest = document.view(0);
  const { signatures: places, broken } = findSignatures(document);
  const readData = validationDataReader();
  const data = await readData(newest);
  const checked = await checkPlaces(bytes, places, { trust, intermediates: data.certificates }, onProgress);
  const first = places[0];
  const integrity = judgeIntegrity(checked, broken);
  const changes = judgeChanges(document, checked);
  const times = await judgeTimes(checked, data, now);
  const time = [...times.findings];
  const identity: Finding[] = [];
  const level: Finding[] = [];
  const summaries: SignatureSummary[] = [];
  const qualified: PdfFindings["qualified"] = { signature: [], time: judgeQualifiedTimes(times, trust) };
  for (const place of checked) {
    if (place.kind === "broken") continue;
    if (place.kind === "document_time_stamp") {
      summaries.push(summarizeStamp(place));
      continue;
    }
    const at = provenTime(place, times);
    if (!at) time.push(finding("unknown", "no_stamp"));
    const signer = await judgeSigner(place, { trust, data, intermediates: data.certificates, at: at ?? now });
    identity.push(...signer.findings);
    const baseline = await judgeLevel(document, place, { signer, times, data, at, readData });
    const name = nameOf(place.message.certificate);
    level.push(finding("yes", "level_reached", { signer: name, baseline }));
    qualified.signature.push(
      ...(await judgeQualified(place, { signer, trust, intermediates: data.certificates, at: at ?? now })),
    );
    summaries.push(summarize(place, signer, at, baseline));
  }
  if (identity.length === 0) identity.push(finding("unknown", "no_holding_signature"));
  if (level.length === 0) level.push(finding("unknown", "level_none"));
  const development = summaries.some((each) => each.development);
  const baselines = summaries.flatMap(({ baseline }) => (baseline ? [baseline] : []));
  return {
    integrity,
    identity,
    time,
    level,
    changes,
    signatures: summaries,
    baseline: ORDER.find((each) => baselines.includes(each)) ?? null,
    qualified,
    development,
    manifest: first ? await readManifest(document.view(first.section)) : undefined,
  };
}

function judgeIntegrity(checked: readonly CheckedPlace[], broken: readonly BrokenSignature[]): Finding[] {
  const findings = broken.map(({ field, reason }) => finding("no", "signature_broken", { field }, reason));
  for (const place of checked) {
    const { field } = place.place;
    if (place.kind === "broken") findings.push(finding("no", "signature_broken", { field }, place.reason));
    else if (place.kind === "signature")
      findings.push(finding("yes", "signature_holds", { signer: nameOf(place.message.certificate) }));
    else findings.push(finding("yes", "document_stamp_holds", { signer: place.stamp.authority }));
  }
  if (!checked.some(({ kind }) => kind === "signature") && broken.length === 0)
    findings.push(finding("unknown", "no_signature"));
  return findings;
}

/** Every revision after the first signature; one that is forbidden is so for all signatures before it. */
function judgeChanges(document: PdfDocument, checked: readonly CheckedPlace[]): Finding[] {
  const first = checked.find(({ kind }) => kind === "signature");
  if (first?.kind !== "signature") return [finding("unknown", "changes_unknown")];
  const later = first.place.section;
  try {
    checkRevisions(document, later);
  } catch (error) {
    const isForbidden = error instanceof ForbiddenChange;
    // What does not even read as objects is no revision that a signature needs.
    if (!isForbidden && !(error instanceof Unreadable && error.code === "damaged")) throw error;
    const signer = nameOf(first.message.certificate);
    return [finding("no", "forbidden_change", { signer }, error.reason)];
  }
  return [later === 0 ? finding("yes", "no_changes") : finding("yes", "allowed_changes", { amount: String(later) })];
}

interface LevelParts {
  signer: JudgedSigner;
  times: JudgedTimes;
  /** Of the newest revision. */
  data: RevocationData;
  at: Date | undefined;
  readData(view: View): Promise<RevocationData>;
}

/** ETSI EN 319 142-1, clause 6: what the file proves, not what it is called. */
async function judgeLevel(
  document: PdfDocument,
  place: HoldingSignature,
  { signer, times, data, at, readData }: LevelParts,
): Promise<Baseline> {
  // A signature that was made while no authority was there is stamped by the document time stamp that follows it.
  const own =
    times.stamps.find(({ stamp }) => stamp === place.stamp) ??
    times.stamps.find(({ isDocument, end }) => isDocument && end > place.place.end);
  if (!own || !at || !signer.path) return "B-B";
  const { stamp } = own;
  const stampPath = "path" in stamp.path ? stamp.path.path : [];
  const isComplete = async (from: RevocationData) => {
    const found = [
      ...(await judgeRevocation(signer.path ?? [], from, at)),
      ...(await judgeRevocation(stampPath, from, stamp.genTime)),
    ];
    return found.every(({ verdict }) => verdict === "yes");
  };
  if (!(await isComplete(data))) return "B-T";
  for (const each of times.stamps) {
    if (!each.isDocument || each.end <= place.place.end) continue;
    const section = sectionAt(document, each.end);
    if (section !== undefined && (await isComplete(await readData(document.view(section))))) return "B-LTA";
  }
  return "B-LT";
}

/** The section that was the newest where a signature ends. */
function sectionAt(document: PdfDocument, end: number): number | undefined {
  const section = document.sections.findIndex((each) => each.start < end);
  return section < 0 ? undefined : section;
}

function summarize(
  place: HoldingSignature,
  signer: JudgedSigner,
  at: Date | undefined,
  baseline: Baseline,
): SignatureSummary {
  const root = signer.path?.at(-1);
  const certificates: pkijs.Certificate[] = [
    place.message.certificate,
    ...(signer.path ?? []),
    ...stampPath(place.stamp),
  ];
  return {
    kind: "signature",
    signer: nameOf(place.message.certificate),
    root: root ? nameOf(root) : null,
    time: at ? shown(at) : null,
    baseline,
    development: certificates.some((each) => isDevelopment(nameOf(each))),
  };
}

function summarizeStamp({ stamp }: { stamp: Parameters<typeof stampPath>[0] & object }): SignatureSummary {
  const path = stampPath(stamp);
  const root = path.at(-1);
  return {
    kind: "document_time_stamp",
    signer: stamp.authority,
    root: root ? nameOf(root) : null,
    time: root ? shown(stamp.genTime) : null,
    baseline: null,
    development: [stamp.certificate, ...path].some((each) => isDevelopment(nameOf(each))),
  };
}

function stampPath(stamp: HoldingSignature["stamp"]): pkijs.Certificate[] {
  return stamp && "path" in stamp.path ? stamp.path.path : [];
}
