import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { CaptureRecord } from "./capture-record.ts";

/** A file as it is kept: by the browser as it is, or where it does not keep those, by its bytes. */
type KeptFile = Blob | { bytes: ArrayBuffer; type: string };

/** A record without its bytes: they are written once, and the record with each change of its state. */
type KeptRecord = Omit<CaptureRecord, "blob">;

interface Schema extends DBSchema {
  captures: { key: string; value: KeptRecord; indexes: { participant: string } };
  files: { key: string; value: KeptFile };
}

/** Where captures are kept until the server has verified them. */
export interface CaptureStore {
  /** Whether it outlives the page. */
  readonly lasting: boolean;
  /** @throws {DOMException} where the device does not keep it (a full disk, a private window). */
  put(record: CaptureRecord): Promise<void>;
  ofParticipant(participantId: string): Promise<CaptureRecord[]>;
  remove(captureIds: readonly string[]): Promise<void>;
  close(): void;
}

/** Opens the captures of this browser. @throws {DOMException} where the browser has no IndexedDB for this page. */
export async function openCaptureStore(): Promise<CaptureStore> {
  const database: IDBPDatabase<Schema> = await openDB<Schema>("nexbasira-snapshots", 1, {
    upgrade: (fresh) => {
      fresh.createObjectStore("captures", { keyPath: "capture_id" }).createIndex("participant", "participant_id");
      fresh.createObjectStore("files");
    },
    blocking: () => database.close(),
  });
  /** Captures whose bytes are in the database. */
  const kept = new Set<string>();

  async function write({ blob, ...record }: CaptureRecord, file: KeptFile | null): Promise<void> {
    const id = record.capture_id;
    // On the disk, not only on its way there: a phone that loses power right after the flash still has the photo.
    const transaction = database.transaction(["captures", "files"], "readwrite", {
      durability: file === null ? "relaxed" : "strict",
    });
    // Heard in any case; a write that fails at once is told by itself.
    transaction.done.catch(() => undefined);
    try {
      await Promise.all([
        transaction.objectStore("captures").put(record),
        file === null ? undefined : transaction.objectStore("files").put(file, id),
        blob === null && kept.has(id) ? transaction.objectStore("files").delete(id) : undefined,
      ]);
      await transaction.done;
    } catch (error) {
      // A record without its bytes must not stay.
      abort(transaction);
      throw error;
    }
  }

  return {
    lasting: true,
    put: async (record) => {
      const { blob, capture_id } = record;
      const fresh = blob !== null && !kept.has(capture_id) ? blob : null;
      try {
        await write(record, fresh);
      } catch (error) {
        // Safari in a private window, and old ones, keep no Blob (a DataCloneError or an UnknownError), but its bytes.
        if (fresh === null || isFull(error)) throw error;
        await write(record, { bytes: await fresh.arrayBuffer(), type: fresh.type });
      }
      if (blob === null) kept.delete(capture_id);
      else kept.add(capture_id);
    },
    ofParticipant: async (participantId) => {
      const records = await database.getAllFromIndex("captures", "participant", participantId);
      return Promise.all(
        records.map(async (record) => {
          const file = await database.get("files", record.capture_id);
          if (file !== undefined) kept.add(record.capture_id);
          return { ...record, blob: blobOf(file) };
        }),
      );
    },
    remove: async (captureIds) => {
      const transaction = database.transaction(["captures", "files"], "readwrite");
      const [captures, files] = [transaction.objectStore("captures"), transaction.objectStore("files")];
      await Promise.all([...captureIds.flatMap((id) => [captures.delete(id), files.delete(id)]), transaction.done]);
    },
    close: () => database.close(),
  };
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // An InvalidStateError: it has ended by itself.
  }
}

function blobOf(file: KeptFile | undefined): Blob | null {
  if (file === undefined) return null;
  return file instanceof Blob ? file : new Blob([file.bytes], { type: file.type });
}

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}
