import type { EvidenceManifest } from "@nexbasira/core/contract/evidence-manifest.ts";
import { MANIFEST_NAME } from "@nexbasira/core/contract/evidence-manifest.ts";
import { checkFiles } from "./bundle/check-files.ts";
import { compareManifests } from "./bundle/compare-manifests.ts";
import { openBundle } from "./bundle/open-bundle.ts";
import { HASHES } from "./digest-ranges.ts";
import { checkItems } from "./log/check-items.ts";
import { type CheckedLog, checkLog, hex } from "./log/check-log.ts";
import { parseManifest } from "./pdf/read-parts.ts";
import { type PdfFindings, verifyPdf } from "./pdf/verify-pdf.ts";
import { answer, type Finding, finding, type Report, together, Unreadable } from "./report.ts";
import { readTrust, type Trust } from "./trust.ts";
import { TrustError, type TrustOptions } from "./trust-options.ts";

/** The largest PDF that is read, in bytes: it is held in memory as a whole. */
const MAX_PDF = 512 * 1024 * 1024;
const MAX_MANIFEST = 64 * 1024 * 1024;
/** How often others get a turn while a file is read, in ms. */
const BREATH_MS = 50;

export interface VerifyOptions extends TrustOptions {
  /** When it is asked; now by default. */
  at?: Date;
  /** Gets a share from 0 to 1 as the bytes are read. */
  onProgress?: (share: number) => void;
}

/**
 * Verifies an evidence file (PDF) or an evidence bundle (ZIP), by itself and what the caller trusts: nothing is fetched.
 * Whatever the bytes are, there is a report, or an error with a reason.
 *
 * @throws Unreadable where the file cannot be judged
 * @throws TrustError where the roots, lists or keys cannot be used
 */
export async function verify(file: Blob | Uint8Array<ArrayBuffer>, options: VerifyOptions = {}): Promise<Report> {
  const now = options.at ?? new Date();
  const trust = await readTrust(options, now);
  const blob = file instanceof Blob ? file : new Blob([file]);
  const context = { trust, now, onProgress: breathing(options.onProgress) };
  try {
    const head = new TextDecoder("latin1").decode(await blob.slice(0, 5).arrayBuffer());
    if (head.startsWith("PK")) return await verifyBundle(blob, context);
    if (head === "%PDF-") return await verifyDocument(blob, context);
    throw new Unreadable("not_supported", "it is neither a PDF nor a ZIP");
  } catch (cause) {
    if (cause instanceof Unreadable || cause instanceof TrustError) throw cause;
    // A stranger's bytes went through libraries that throw whatever they trip over: that is never an answer.
    throw new Unreadable("not_understood", "a part of the file is not understood", { cause });
  }
}

interface Context {
  trust: Trust;
  now: Date;
  onProgress: (share: number) => Promise<void>;
}

async function verifyDocument(blob: Blob, context: Context): Promise<Report> {
  const pdf = await verifyPdf(await readWhole(blob), context);
  const completeness: Finding[] = [];
  let log: CheckedLog | undefined;
  if (pdf.manifest === undefined) completeness.push(finding("unknown", "no_manifest"));
  else if (pdf.manifest instanceof Unreadable)
    completeness.push(finding("no", "manifest_unreadable", {}, pdf.manifest.reason));
  else {
    log = await checkLog(pdf.manifest, { trust: context.trust, documentKeys: keysOf(pdf) });
    completeness.push(...log.findings, ...checkItems(pdf.manifest, log));
  }
  const manifest = pdf.manifest instanceof Unreadable ? undefined : pdf.manifest;
  return report("pdf", { context, pdf, integrity: [], completeness, manifest, log, files: 1 });
}

async function verifyBundle(blob: Blob, context: Context): Promise<Report> {
  const bundle = await openBundle(blob);
  try {
    if (!bundle.has(MANIFEST_NAME))
      throw new Unreadable("not_supported", "the ZIP is no evidence bundle: it has no manifest");
    const manifest = parseManifest(await bundle.read(MANIFEST_NAME, MAX_MANIFEST));
    if (manifest instanceof Unreadable) throw new Unreadable(manifest.code, `the manifest: ${manifest.message}`);
    const path = manifest.document?.path ?? null;
    const hasDocument = path !== null && bundle.has(path);
    const pdf = hasDocument
      ? await verifyPdf(await bundle.read(path, MAX_PDF), {
          ...context,
          onProgress: (share) => context.onProgress(share / 2),
        })
      : undefined;
    const log = await checkLog(manifest, { trust: context.trust, documentKeys: pdf ? keysOf(pdf) : [] });
    const completeness = [...log.findings, ...checkItems(manifest, log)];
    const integrity = await checkFiles(bundle, manifest, (share) => context.onProgress((1 + share) / 2));
    if (pdf?.manifest instanceof Unreadable)
      completeness.push(finding("no", "manifest_unreadable", {}, pdf.manifest.reason));
    else if (pdf?.manifest) integrity.push(...compareManifests(pdf.manifest, manifest));
    // A document that holds, of whatever: nothing says that it is of this session.
    else if (pdf) completeness.push(finding("unknown", "no_manifest"));
    return report("bundle", { context, pdf, integrity, completeness, manifest, log, files: bundle.names.length });
  } finally {
    await bundle.close();
  }
}

/** A log's keys as a document names them, where its signature holds and its signer is trusted: else anybody named them. */
function keysOf({ integrity, identity, changes, manifest }: PdfFindings): readonly string[] {
  const isProven = together([...integrity, ...identity, ...changes].map(({ verdict }) => verdict)) === "yes";
  return isProven && manifest && !(manifest instanceof Unreadable) ? manifest.log.keys : [];
}

interface Parts {
  context: Context;
  pdf: PdfFindings | undefined;
  /** Of the bundle's files. */
  integrity: readonly Finding[];
  completeness: readonly Finding[];
  manifest: EvidenceManifest | undefined;
  log: CheckedLog | undefined;
  files: number;
}

function report(
  format: Report["format"],
  { context, pdf, integrity, completeness, manifest, log, files }: Parts,
): Report {
  const unsigned = [finding("unknown", "no_signature")];
  const signed = pdf?.manifest instanceof Unreadable ? undefined : pdf?.manifest;
  const development = (pdf?.development ?? false) || (log?.development ?? false);
  const answers = {
    integrity: answer([...(pdf?.integrity ?? unsigned), ...integrity]),
    identity: answer(pdf?.identity ?? unsigned),
    time: answer(pdf?.time ?? unsigned),
    level: answer(pdf?.level ?? unsigned),
    changes: answer(pdf?.changes ?? [finding("unknown", "changes_unknown")]),
    completeness: answer(completeness),
  };
  const claims = (["not_everything", "device_claims", "report_text"] as const).map((code) => finding("unknown", code));
  return {
    format,
    verdict: together(Object.values(answers).map(({ verdict }) => verdict)),
    answers,
    baseline: pdf?.baseline ?? null,
    qualified: {
      signature: answer(pdf?.qualified.signature ?? []),
      time: answer(pdf?.qualified.time ?? []),
      lists: context.trust.lists.findings,
    },
    development,
    signatures: pdf?.signatures ?? [],
    session: manifest
      ? {
          id: manifest.session.id,
          reference: manifest.session.reference,
          organization: manifest.session.organization.name,
          newest_entry: newestEntry(signed ?? manifest),
        }
      : null,
    counts: { items: manifest?.items.length ?? 0, entries: manifest?.entries.length ?? 0, files },
    anchored_until: log?.anchoredUntil?.toISOString() ?? null,
    not_proven: [...(development ? [finding("unknown", "development")] : []), ...(log?.notProven ?? []), ...claims],
  };
}

/** As the next entry of the log names it. A bundle's own manifest may go on after the document was signed. */
function newestEntry({ entries }: EvidenceManifest): string | null {
  const last = entries.at(-1);
  return last ? hex(HASHES["SHA-256"](new TextEncoder().encode(last.record))) : null;
}

async function readWhole(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  if (blob.size > MAX_PDF) throw new Unreadable("too_large", "the PDF is too large");
  return new Uint8Array(await blob.arrayBuffer());
}

/** Tells of progress, and now and then lets others have a turn. */
function breathing(onProgress: ((share: number) => void) | undefined): (share: number) => Promise<void> {
  let last = Date.now();
  return async (share) => {
    if (Date.now() - last < BREATH_MS) return;
    onProgress?.(share);
    await new Promise((resolve) => setTimeout(resolve));
    last = Date.now();
  };
}
