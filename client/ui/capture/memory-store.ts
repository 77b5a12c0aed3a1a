import type { CaptureRecord } from "./capture-record.ts";
import type { CaptureStore } from "./capture-store.ts";

/** Keeps captures for as long as the page is open, where the browser keeps nothing (a private window). */
export function memoryStore(): CaptureStore {
  const records = new Map<string, CaptureRecord>();
  return {
    lasting: false,
    put: async (record) => {
      records.set(record.capture_id, record);
    },
    ofParticipant: async (id) => [...records.values()].filter(({ participant_id }) => participant_id === id),
    remove: async (captureIds) => {
      for (const id of captureIds) records.delete(id);
    },
    close: () => records.clear(),
  };
}
