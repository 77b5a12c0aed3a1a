import { stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { isMissingFile } from "@nexbasira/core/storage/is-missing-file.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import { FileStore } from "@tus/file-store";
import { SealedUploadStore } from "./sealed-uploads.ts";

/** Where uploads are until they are items. */
export interface UploadFiles {
  directory: string;
  store: FileStore;
  /** Bytes of an upload that are here; undefined where it is gone. */
  arrived: (id: string) => Promise<number | undefined>;
  /** Gives the path of what has arrived to `use`, which takes or discards it; it stays where `use` fails unforeseen. */
  withContent: <T>(id: string, use: (path: string) => Promise<T>) => Promise<T>;
}

/**
 * In `uploads` as they come; with storage keys in `sealed-uploads`, encrypted. An upload that is under way when the
 * first key is configured, or the last one taken away, is not found any more, and the device begins it anew.
 */
export function openUploadFiles(dataDir: string, storage: Storage): UploadFiles {
  return storage.keys.length > 0 ? sealedUploads(join(dataDir, "sealed-uploads"), storage) : plainUploads(dataDir);
}

function plainUploads(dataDir: string): UploadFiles {
  const directory = join(dataDir, "uploads");
  return {
    directory,
    store: new FileStore({ directory }),
    arrived: async (id) => {
      try {
        return (await stat(join(directory, id))).size;
      } catch (error) {
        if (isMissingFile(error)) return undefined;
        throw error;
      }
    },
    withContent: (id, use) => use(join(directory, id)),
  };
}

function sealedUploads(directory: string, storage: Storage): UploadFiles {
  const store = new SealedUploadStore(directory, storage.keys);
  return {
    directory,
    store,
    arrived: (id) => store.arrived(id),
    withContent: async (id, use) => {
      try {
        const taken = await storage.withCopy(store.content(id), use);
        await store.forgetContent(id);
        return taken;
      } catch (error) {
        // Refused for what it is: it is to be sent anew, or never.
        if (error instanceof AppError) await store.forgetContent(id);
        throw error;
      }
    },
  };
}
