import { readCheckpoint } from "@nexbasira/core/audit/checkpoint-note.ts";
import type { EvidenceManifest, ManifestAnchor } from "@nexbasira/core/contract/evidence-manifest.ts";

/** A stored file as it is to be in the bundle. */
export interface BundledFile {
  path: string;
  key: string;
  sha256: string;
  /** In bytes. */
  size: number;
}

/** A text or a few bytes that are made for the bundle. */
export interface MadeFile {
  path: string;
  content: string | Uint8Array<ArrayBuffer>;
}

/** Why a file that the session had is not in the bundle. */
interface AbsentFile {
  /** The item's, recording's or signature's id; `evidence.pdf` for the document. */
  what: string;
  sha256: string;
  /** When it was deleted; null where it is not found, or is no longer what it was. */
  deleted_at: string | null;
}

export interface BundleLayout {
  /** With the paths of what is there. */
  manifest: EvidenceManifest;
  stored: BundledFile[];
  made: MadeFile[];
  absent: AbsentFile[];
}

/** Storage keys by what they hold; null where the contents were let go of. */
export interface BundleKeys {
  items: ReadonlyMap<string, string | null>;
  /** The Matroska file and the MP4. */
  recordings: ReadonlyMap<string, { mkv: string | null; mp4: string | null }>;
  signatures: ReadonlyMap<string, string | null>;
  document: string | null;
  documentDeletedAt: string | null;
}

/** Its path in the bundle, and what it is called. */
const DOCUMENT = "evidence.pdf";

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/heic": "heic",
  "image/heif": "heif",
  "image/avif": "avif",
  "image/tiff": "tif",
  "image/svg+xml": "svg",
  "video/mp4": "mp4",
  "video/quicktime": "mov",
  "application/pdf": "pdf",
  "text/plain": "txt",
};

/**
 * Says what goes where in the bundle, in the manifest too, and what is not there. Names are ASCII, without what any
 * system forbids or reserves: nothing of them comes from a user but a short suffix.
 *
 * @param sizeOf of a stored file, in bytes; undefined where there is none that can be given out
 */
export async function layOutBundle(
  manifest: EvidenceManifest,
  keys: BundleKeys,
  sizeOf: (key: string) => Promise<number | undefined>,
): Promise<BundleLayout> {
  const stored: BundledFile[] = [];
  const absent: AbsentFile[] = [];
  /** The path that the manifest names: null for what is not there. */
  async function place(file: Placed): Promise<string | null> {
    const { what, path, key, sha256, deletedAt } = file;
    const size = key ? await sizeOf(key) : undefined;
    if (key && size !== undefined && (file.size === null || file.size === size)) {
      stored.push({ path, key, sha256, size });
      return path;
    }
    absent.push({ what, sha256, deleted_at: deletedAt });
    return null;
  }

  const { document } = manifest;
  const deletedAt = keys.documentDeletedAt;
  const items: EvidenceManifest["items"] = [];
  const recordings: EvidenceManifest["recordings"] = [];
  const signatures: EvidenceManifest["participant_signatures"] = [];
  const pdf = document && {
    ...document,
    path: await place({ ...document, what: DOCUMENT, path: DOCUMENT, key: keys.document, deletedAt }),
  };
  for (const [index, item] of manifest.items.entries()) {
    const { id, sha256, size, deleted_at } = item;
    const path = `items/${String(index + 1).padStart(4, "0")}-${id}.${extensionOf(item)}`;
    const key = keys.items.get(id);
    items.push({ ...item, path: await place({ what: id, path, key, sha256, size, deletedAt: deleted_at }) });
  }
  for (const recording of manifest.recordings) {
    const { id, sha256, size, mp4, deleted_at } = recording;
    const of = { what: id, deletedAt: deleted_at };
    const { mkv: mkvKey, mp4: mp4Key } = keys.recordings.get(id) ?? {};
    recordings.push({
      ...recording,
      path: sha256 && (await place({ ...of, path: `recordings/${id}.mkv`, key: mkvKey, sha256, size })),
      mp4: mp4 && { ...mp4, path: await place({ ...of, ...mp4, path: `recordings/${id}.mp4`, key: mp4Key }) },
    });
  }
  for (const signature of manifest.participant_signatures) {
    const { id, sha256 } = signature;
    const path = `signatures/${id}.svg`;
    const key = keys.signatures.get(id);
    signatures.push({ ...signature, path: await place({ what: id, path, key, sha256, size: null, deletedAt }) });
  }
  const made: MadeFile[] = [];
  const { checkpoint, anchors } = layOutCheckpoint(manifest, made);
  const earlier = manifest.earlier.map((each) => ({ ...each, ...layOutCheckpoint(each, made) }));
  return {
    manifest: {
      ...manifest,
      document: pdf,
      items,
      recordings,
      participant_signatures: signatures,
      checkpoint,
      anchors,
      earlier,
    },
    stored,
    made,
    absent,
  };
}

interface Placed {
  what: string;
  path: string;
  key: string | null | undefined;
  sha256: string;
  /** Null: whatever it is. */
  size: number | null;
  deletedAt: string | null;
}

/** The note word for word, and beside it what stamped it. */
function layOutCheckpoint(
  { checkpoint, anchors }: Pick<EvidenceManifest, "checkpoint" | "anchors">,
  made: MadeFile[],
): Pick<EvidenceManifest, "checkpoint" | "anchors"> {
  const note = `audit/checkpoint-${readCheckpoint(checkpoint).size}`;
  made.push({ path: `${note}.txt`, content: checkpoint });
  const taken = new Set<string>();
  const place = (anchor: ManifestAnchor): ManifestAnchor => {
    const kind = anchor.kind === "rfc3161" ? `.${slug(anchor.authority)}` : ".txt";
    const suffix = anchor.kind === "rfc3161" ? "tst" : "ots";
    let path = `${note}${kind}.${suffix}`;
    for (let number = 2; taken.has(path); number += 1) path = `${note}${kind}-${number}.${suffix}`;
    taken.add(path);
    const bytes = anchor.kind === "rfc3161" ? anchor.token : anchor.proof;
    made.push({ path, content: new Uint8Array(Buffer.from(bytes, "base64")) });
    return { ...anchor, path };
  };
  return { checkpoint, anchors: anchors.map(place) };
}

/** What an operator calls an authority, as a part of a file's name. */
function slug(name: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  return plain.slice(0, 40).replaceAll(/^-|-$/g, "") || "tsa";
}

/** By what the file is; by its name only where that is not known. */
function extensionOf({ media_type, filename }: { media_type: string; filename: string | null }): string {
  const given = /\.([A-Za-z0-9]{1,8})$/.exec(filename ?? "")?.[1];
  return EXTENSIONS[media_type] ?? given?.toLowerCase() ?? "bin";
}
