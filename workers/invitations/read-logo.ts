import { withImage } from "@nexbasira/core/images/open-image.ts";
import { isMissingFile } from "@nexbasira/core/storage/is-missing-file.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import type { Logo } from "../messages/write-mail.ts";

/** Twice what a mail shows. */
const BOX = { width: 360, height: 96 };

/** An organization's logo for a mail; null where it has none. A file that is gone is no reason not to invite. */
export async function readLogo(storage: Storage, key: string | null): Promise<Logo | null> {
  if (key === null) return null;
  try {
    return await withImage(await storage.read(key), async ({ decode }) => {
      const { data, info } = await decode()
        .resize(BOX.width, BOX.height, { fit: "inside", withoutEnlargement: true })
        .png({ compressionLevel: 9 })
        .toBuffer({ resolveWithObject: true });
      return { png: data, width: info.width, height: info.height };
    });
  } catch (error) {
    if (isMissingFile(error)) return null;
    throw error;
  }
}
