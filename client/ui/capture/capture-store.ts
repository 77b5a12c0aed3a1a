import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { CaptureRecord } from "./capture-record.ts";

interface Schema extends DBSchema {
  captures: { key: string; value: CaptureRecord; indexes: { session: string } };
}

/** Where captures are kept until the server has verified them. */
export interface CaptureStore {
  /** Whether it outlives the page. */
  readonly lasting: boolean;
  /** @throws {DOMException} where the device does not keep it (a full disk, a private window). */
  put(record: CaptureRecord): Promise<void>;
  ofSession(sessionId: string): Promise<CaptureRecord[]>;
  remove(captureIds: readonly string[]): Promise<void>;
  close(): void;
}

/** Opens the captures of this browser. @throws {DOMException} where the browser has no IndexedDB for this page. */
export async function openCaptureStore(): Promise<CaptureStore> {
  const database: IDBPDatabase<Schema> = await openDB<Schema>("nexbasira-captures", 1, {
    upgrade: (fresh) => {
      fresh.createObjectStore("captures", { keyPath: "capture_id" }).createIndex("session", "session_id");
    },
    blocking: () => database.close(),
  });
  return {
    lasting: true,
    put: async (record) => {
      // On the disk, not only on its way there: a phone that loses power right after the flash still has the photo.
      const transaction = database.transaction("captures", "readwrite", { durability: "strict" });
      await Promise.all([transaction.store.put(record), transaction.done]);
    },
    ofSession: (sessionId) => database.getAllFromIndex("captures", "session", sessionId),
    remove: async (captureIds) => {
      const transaction = database.transaction("captures", "readwrite");
      await Promise.all([...captureIds.map((id) => transaction.store.delete(id)), transaction.done]);
    },
    close: () => database.close(),
  };
}
