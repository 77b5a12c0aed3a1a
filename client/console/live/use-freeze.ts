import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { RoomRequestError } from "@nexbasira/ui/room/room-messages.ts";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { type RefObject, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Photo } from "./use-photo.ts";

interface Frozen {
  /** What was seen when it was frozen, as a data URL. */
  picture: string;
  /** The photo's hash once the phone holds it. */
  sha256: string | undefined;
}

export interface Freeze {
  frozen: Frozen | undefined;
  freeze: () => void;
  /** Back to the live picture; the photo comes into the timeline all the same. */
  release: () => void;
}

/**
 * Holds the picture, asks for a photo of it, and opens the board over that photo on both sides as soon as it is there.
 */
export function useFreeze(
  connection: RoomConnection,
  photo: Photo,
  items: readonly EvidenceItem[],
  video: RefObject<HTMLVideoElement | null>,
): Freeze {
  const { t } = useTranslation("console");
  const [frozen, setFrozen] = useState<Frozen>();
  const item = items.find(({ sha256, kind }) => kind === "snapshot" && sha256 === frozen?.sha256);
  const itemId = item?.id;
  const unshowable = item !== undefined && item.problem !== null;

  const freeze = () => {
    if (frozen !== undefined || photo.taking) return;
    setFrozen({ picture: pictureOf(video.current), sha256: undefined });
    void photo.take().then((sha256) =>
      // Undefined after a failure or a release: then there is nothing to wait for.
      setFrozen((now) => (now === undefined || sha256 === undefined ? undefined : { ...now, sha256 })),
    );
  };

  useEffect(() => {
    if (itemId === undefined) return;
    if (unshowable) {
      setFrozen(undefined);
      return showToast({ kind: "warning", text: t("live.freeze_unshowable") });
    }
    showAnnotation(connection, itemId).then(
      () => setFrozen(undefined),
      (error: unknown) => {
        setFrozen(undefined);
        if (!(error instanceof RoomRequestError)) throw error;
        showToast({ kind: "danger", text: t("live.board_failed") });
      },
    );
  }, [connection, itemId, unshowable, t]);

  return { frozen, freeze, release: () => setFrozen(undefined) };
}

/** Opens the board over a snapshot, or the one that there is, and shows it to both sides. @throws {RoomRequestError} */
export async function showAnnotation(connection: RoomConnection, itemId: string): Promise<void> {
  const { board_id } = await connection.request("board.open", { kind: "annotation", item_id: itemId });
  await connection.request("board.show", { board_id });
}

/** The frame that a video shows; an empty picture where it shows none. */
function pictureOf(video: HTMLVideoElement | null): string {
  const canvas = document.createElement("canvas");
  canvas.width = video?.videoWidth || 16;
  canvas.height = video?.videoHeight || 9;
  if (video !== null && video.videoWidth > 0) canvas.getContext("2d")?.drawImage(video, 0, 0);
  return canvas.toDataURL("image/jpeg", 0.85);
}
