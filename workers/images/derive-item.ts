import { Permanent } from "@nexbasira/core/contract/errors.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { findEvidenceItem, setItemProblem, upsertDerivative } from "@nexbasira/core/database/evidence-items.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import { isDeletedLocking, noteFilesToDelete } from "@nexbasira/core/database/retention.ts";
import { flattenAnnotation } from "@nexbasira/core/images/flatten-annotation.ts";
import { ImageProblem } from "@nexbasira/core/images/image-problem.ts";
import { type Derivative, makeDerivatives } from "@nexbasira/core/images/make-derivatives.ts";
import { renderSvg } from "@nexbasira/core/images/render-svg.ts";
import type { EvidenceItemRow } from "@nexbasira/core/resources/evidence-item-resource.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import { extractPicture } from "../recordings/extract-picture.ts";
import { deriveImages } from "./derive-images.ts";

interface ImageContext {
  database: Database;
  storage: Storage;
}

/** What a picture, a drawing or a clip is shown by; nothing for other files. */
type Made = Partial<Record<"thumbnail" | "preview" | "located", Derivative>>;

/**
 * Makes an item's thumbnail and preview, and for a photo with a position the copy that carries it in EXIF. Runs twice
 * with the same result. Nothing stays of an item whose content is deleted meanwhile. What cannot be decoded after all is marked so; the original stays.
 */
export async function deriveItem(context: ImageContext, itemId: string): Promise<void> {
  const { database, storage } = context;
  const item = await findEvidenceItem(database, itemId);
  if (!item) throw new Permanent("the item is gone");
  const made = await makeOrExplain(context, item);
  const files = await Promise.all(
    Object.entries(made).map(async ([kind, derivative]) => ({
      kind: kind as keyof Made,
      media_type: derivative.mediaType,
      file: await storage.put(derivative.bytes),
    })),
  );
  await inTransaction(database, async (transaction) => {
    if (await isDeletedLocking(transaction, item.session_id)) {
      // In the meantime: what was made of it goes, too.
      await noteFilesToDelete(
        transaction,
        files.map(({ file }) => file.key),
      );
      return;
    }
    for (const { kind, media_type, file } of files) {
      await upsertDerivative(transaction, {
        item_id: item.id,
        kind,
        storage_key: file.key,
        sha256: file.sha256,
        size: file.size,
        media_type,
      });
    }
    await notifySession(transaction, {
      org_id: item.org_id,
      session_id: item.session_id,
      type: "evidence.updated",
      object_id: item.id,
    });
  });
}

async function makeOrExplain(context: ImageContext, item: EvidenceItemRow): Promise<Made> {
  try {
    return await make(context, item);
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error;
    await setItemProblem(context.database, item.id, { code: error.code, message: error.message });
    return {};
  }
}

async function make({ database, storage }: ImageContext, item: EvidenceItemRow): Promise<Made> {
  const { storage_key } = item;
  if (storage_key === null) throw new Permanent("the item's content is deleted");
  switch (item.kind) {
    case "annotation": {
      const original = item.derived_from_id && (await findEvidenceItem(database, item.derived_from_id));
      if (!original || original.storage_key === null) throw new Permanent("an annotation without its photo");
      const { storage_key: photo } = original;
      const svg = (await storage.read(storage_key)).toString();
      const flatten = (path: string) => flattenAnnotation(path, svg, PREVIEW_SIDE);
      return shown(await storage.withFile(photo, flatten));
    }
    case "whiteboard": {
      const svg = (await storage.read(storage_key)).toString();
      return makeDerivatives(await renderSvg(svg, item.width ?? BOARD.width, item.height ?? BOARD.height));
    }
    case "clip":
      return storage.withFile(storage_key, (path) => stillOf(storage, path, (item.duration_ms ?? 0) / 2));
    case "snapshot":
    case "document": {
      if (!item.media_type.startsWith("image/")) return {};
      const derive = (path: string) => deriveImages(path, positionOf(item));
      const { gpsCopy, ...images } = await storage.withFile(storage_key, derive);
      return gpsCopy ? { ...images, located: gpsCopy } : images;
    }
  }
}

/** A clip is shown by its middle: a camera that has just come on begins in the dark. */
async function stillOf(storage: Storage, inputPath: string, atMs: number): Promise<Made> {
  const outputPath = await storage.temporaryPath();
  try {
    await extractPicture({ inputPath, atMs, fit: { width: PREVIEW_SIDE, height: PREVIEW_SIDE }, outputPath });
    return await makeDerivatives(outputPath);
  } finally {
    await storage.discard(outputPath);
  }
}

const PREVIEW_SIDE = 2048;
const BOARD = { width: 1600, height: 1200 };

async function shown(preview: Derivative): Promise<Made> {
  return { preview, thumbnail: (await makeDerivatives(preview.bytes)).thumbnail };
}

function positionOf(item: EvidenceItemRow) {
  if (item.latitude === null || item.longitude === null) return undefined;
  return {
    latitude: item.latitude,
    longitude: item.longitude,
    accuracyMetres: item.accuracy_m ?? undefined,
    at: new Date(item.captured_at.getTime() - (item.age_s ?? 0) * 1000),
  };
}
