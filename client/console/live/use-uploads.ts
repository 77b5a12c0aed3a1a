import { CaptureQueue } from "@nexbasira/ui/capture/capture-queue.ts";
import type { CaptureRecord } from "@nexbasira/ui/capture/capture-record.ts";
import { openCaptureStore } from "@nexbasira/ui/capture/capture-store.ts";
import { memoryStore } from "@nexbasira/ui/capture/memory-store.ts";
import { sendCapture } from "@nexbasira/ui/capture/send-capture.ts";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { RoomRequestError } from "@nexbasira/ui/room/room-messages.ts";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

const NO_POSITION = Promise.resolve({ location: null, location_status: "unavailable" as const });

export interface Uploads {
  /** Adds documents. */
  addFiles: (files: Iterable<File>) => void;
  /** Adds a frame of the stream as this page showed it, under the request for its original. */
  addFrame: (frame: { blob: Blob; width: number; height: number; requestId: string }) => void;
}

/** What the inspector adds to the session: kept on this device until the server has verified it. */
export function useUploads(connection: RoomConnection): Uploads {
  const { t } = useTranslation("console");
  const [queue, setQueue] = useState<CaptureQueue>();
  const refused = useRef(new Set<string>());

  useEffect(() => {
    let left = false;
    let opened: CaptureQueue | undefined;
    void makeQueue(connection).then((made) => {
      if (left) return made.close();
      opened = made;
      setQueue(made);
    });
    return () => {
      left = true;
      opened?.close();
    };
  }, [connection]);

  useEffect(() => {
    if (queue === undefined) return;
    const offNotices = connection.onNotice((notice) => {
      if (notice.name === "evidence.added" || notice.name === "evidence.updated") queue.confirm([notice.payload]);
    });
    const offQueue = queue.subscribe(() => {
      for (const record of queue.getSnapshot().records) {
        if (record.state !== "refused" || record.kind !== "document" || refused.current.has(record.capture_id))
          continue;
        refused.current.add(record.capture_id);
        showToast({ kind: "danger", text: t("live.document_refused", { name: record.filename ?? "" }) });
      }
    });
    return () => {
      offNotices();
      offQueue();
    };
  }, [queue, connection, t]);

  return {
    addFiles: (files) => {
      for (const file of files) {
        void queue?.add({
          kind: "document",
          source: "file",
          blob: file,
          filename: file.name.slice(0, 255),
          deviceTime: new Date(),
          position: NO_POSITION,
        });
      }
    },
    addFrame: (frame) =>
      void queue?.add({ kind: "snapshot", source: "stream", deviceTime: new Date(), position: NO_POSITION, ...frame }),
  };
}

async function makeQueue(connection: RoomConnection): Promise<CaptureQueue> {
  return new CaptureQueue({
    participantId: connection.answer.participant_id,
    // A browser that keeps nothing (a private window) still sends, for as long as the page is open.
    store: await openCaptureStore().catch(memoryStore),
    send: sendCapture,
    accessToken: () => connection.answer.access_token,
    renewAccess: () => connection.renewAccess(),
    clockOffsetMs: () => connection.clockOffsetMs,
    onStored: (record) => void announce(connection, record),
  });
}

/**
 * Without a connection nobody can be told now; the item itself tells when it arrives. A frame of the stream is nothing to
 * wait for: its request is known already.
 */
async function announce(connection: RoomConnection, record: CaptureRecord): Promise<void> {
  const { capture_id, kind, sha256, size } = record;
  if (record.source === "stream") return;
  try {
    await connection.request("capture.announce", { capture_id, kind, sha256, size });
  } catch (error) {
    if (!(error instanceof RoomRequestError)) throw error;
  }
}
