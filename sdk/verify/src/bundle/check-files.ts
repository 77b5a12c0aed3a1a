import type { EvidenceManifest, ManifestAnchor } from "@nexbasira/core/contract/evidence-manifest.ts";
import { type Finding, finding } from "../report.ts";
import type { Bundle } from "./open-bundle.ts";

/** Files that come with a bundle and are not evidence. */
const BESIDES = /^(README\.txt|manifest\.json|certificates\/[^/]+\.pem|audit\/checkpoint-\d+\.txt)$/;
const MAX_SMALL = 1024 * 1024;

interface NamedFile {
  path: string | null;
  sha256: string | null;
  size: number | null;
  deleted: boolean;
  id: string;
}

/** Compares the files of a bundle with what its manifest says of each, and looks for files that it does not name. */
export async function checkFiles(
  bundle: Bundle,
  manifest: EvidenceManifest,
  onProgress?: (share: number) => void | Promise<void>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const named = namedFiles(manifest);
  const paths = new Set(named.flatMap(({ path }) => path ?? []));
  const total = [...paths].reduce((sum, path) => sum + bundle.sizeOf(path), 0);
  // Of each file once, however often it is named.
  const digests = new Map<string, string | null>();
  let done = 0;
  let count = 0;
  for (const { path, sha256, size, deleted, id } of named) {
    if (deleted) findings.push(finding("yes", "item_deleted", { id }));
    if (path === null || !bundle.has(path)) {
      if (!deleted && sha256 !== null) findings.push(finding("no", "file_missing", { path: path ?? id }));
      continue;
    }
    if (!digests.has(path)) {
      const digest = await bundle.digest(path, (bytes) => {
        done += bytes;
        return onProgress?.(total === 0 ? 1 : done / total);
      });
      digests.set(path, digest);
    }
    if (digests.get(path) !== sha256 || (size !== null && bundle.sizeOf(path) !== size))
      findings.push(finding("no", "file_altered", { path }));
    else count++;
  }
  findings.push(...(await checkProofs(bundle, manifest)));
  const known = new Set([...named.map(({ path }) => path), ...anchorsOf(manifest).map(({ path }) => path)]);
  for (const name of bundle.names)
    if (!known.has(name) && !BESIDES.test(name)) findings.push(finding("no", "file_unknown", { path: name }));
  if (!findings.some(({ verdict }) => verdict === "no"))
    findings.push(finding("yes", "file_matches", { amount: String(count) }));
  return findings;
}

function namedFiles(manifest: EvidenceManifest): NamedFile[] {
  const plain = (each: {
    id: string;
    path: string | null;
    sha256: string | null;
    size?: number | null;
    deleted_at?: string | null;
  }) => ({
    id: each.id,
    path: each.path,
    sha256: each.sha256,
    size: each.size ?? null,
    deleted: (each.deleted_at ?? null) !== null,
  });
  return [
    ...manifest.items.map(plain),
    ...manifest.recordings.map(plain),
    ...manifest.recordings.flatMap((each) =>
      each.mp4 ? [plain({ id: `${each.id} (MP4)`, deleted_at: each.deleted_at, ...each.mp4 })] : [],
    ),
    ...manifest.participant_signatures.map(plain),
    ...(manifest.document ? [plain({ id: "the document", ...manifest.document })] : []),
  ];
}

function anchorsOf(manifest: EvidenceManifest): ManifestAnchor[] {
  return [...manifest.anchors, ...manifest.earlier.flatMap(({ anchors }) => anchors)];
}

/** Notes and tokens lie in the bundle a second time, for others' programs: they have to be those of the manifest. */
async function checkProofs(bundle: Bundle, manifest: EvidenceManifest): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const anchor of anchorsOf(manifest)) {
    const { path } = anchor;
    if (path === null) continue;
    if (!bundle.has(path)) findings.push(finding("no", "file_missing", { path }));
    else {
      const given = anchor.kind === "rfc3161" ? anchor.token : anchor.proof;
      // A thousand may name one large file.
      const isAsLong = Math.ceil(bundle.sizeOf(path) / 3) * 4 === given.length;
      if (!isAsLong || base64(await bundle.read(path, MAX_SMALL)) !== given)
        findings.push(finding("no", "file_altered", { path }));
    }
  }
  const notes = new Set([manifest.checkpoint, ...manifest.earlier.map(({ checkpoint }) => checkpoint)]);
  for (const path of bundle.names) {
    if (!/^audit\/checkpoint-\d+\.txt$/.test(path)) continue;
    const text = new TextDecoder().decode(await bundle.read(path, MAX_SMALL));
    if (!notes.has(text)) findings.push(finding("no", "file_altered", { path }));
  }
  return findings;
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
