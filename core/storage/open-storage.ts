import { join } from "node:path";
import type { Configuration } from "../configuration/configuration.ts";
import { deriveSealingKeys } from "../sealing/sealing-keys.ts";
import { DiskStorage } from "./storage.ts";

/** The installation's files: `<DATA_DIR>/storage`, encrypted where there are STORAGE_KEYS. */
export function openStorage({ dataDir, storageKeys }: Pick<Configuration, "dataDir" | "storageKeys">): DiskStorage {
  return new DiskStorage(join(dataDir, "storage"), deriveSealingKeys(storageKeys));
}
