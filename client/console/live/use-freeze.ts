import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import { grabFrame } from "@nexbasira/ui/capture/take-photo.ts";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { RoomRequestError } from "@nexbasira/ui/room/room-messages.ts";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { type RefObject, useEffect, useEffectEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isPhoneThere } from "./is-phone-there.ts";
import type { Phone } from "./use-phone.ts";
import type { Photo } from "./use-photo.ts";

interface Frozen {
  /** What was seen when it was frozen, as a data URL; null where there was no picture. */
  picture: string | null;
  /** The photo's hash once the phone holds it. */
  sha256: string | undefined;
}

export interface Freeze {
  frozen: Frozen | undefined;
  /** The phone says that it holds its picture, whoever asked for it. */
  phoneHolds: boolean;
  /** Holds the picture on both sides; while it is held, lets it go. */
  toggle: () => void;
  /** Back to the live picture; the photo comes into the timeline all the same. */
  release: () => void;
}

export interface FreezeSources {
  connection: RoomConnection;
  photo: Photo;
  phone: Phone;
  items: readonly EvidenceItem[];
  shownBoardId: string | null;
  video: RefObject<HTMLVideoElement | null>;
}

/**
 * Holds the picture here and on the phone, asks for a photo of it, and opens the board over that photo on both sides as
 * soon as it is there. The phone's picture goes on when the board is left, and after every failure.
 */
export function useFreeze({ connection, photo, phone, items, shownBoardId, video }: FreezeSources): Freeze {
  const { t } = useTranslation("console");
  const [frozen, setFrozen] = useState<Frozen>();
  /** Whether the phone was asked to hold its picture and has not been let go. */
  const holding = useRef(false);
  const item = items.find(({ sha256, kind }) => kind === "snapshot" && sha256 === frozen?.sha256);
  const itemId = item?.id;
  const unshowable = item !== undefined && item.problem !== null;
  const phoneHolds = phone.state?.camera?.frozen ?? false;

  const letGo = () => {
    if (!holding.current && !phoneHolds) return;
    holding.current = false;
    phone.command({ command: "freeze", on: false });
  };
  const release = () => {
    setFrozen(undefined);
    letGo();
  };
  const freeze = () => {
    if (photo.taking) return;
    setFrozen({ picture: pictureOf(video.current), sha256: undefined });
    // Asked for first: the photo is to be of this moment, and holding the picture must not come before it.
    const taken = photo.take();
    if (isPhoneThere(connection) && phone.state?.camera != null) {
      holding.current = true;
      phone.command({ command: "freeze", on: true });
    }
    void taken.then((sha256) => {
      if (sha256 === undefined) release();
      // Undefined after a release: then there is nothing to wait for.
      else setFrozen((now) => now && { ...now, sha256 });
    });
  };

  const onBoardOpened = useEffectEvent((error: unknown) => {
    setFrozen(undefined);
    if (error === undefined) return;
    letGo();
    if (!(error instanceof RoomRequestError)) throw error;
    showToast({ kind: "danger", text: t("live.board_failed") });
  });
  const onUnshowable = useEffectEvent(() => {
    release();
    showToast({ kind: "warning", text: t("live.freeze_unshowable") });
  });
  useEffect(() => {
    if (itemId === undefined) return;
    if (unshowable) return onUnshowable();
    showAnnotation(connection, itemId).then(() => onBoardOpened(undefined), onBoardOpened);
  }, [connection, itemId, unshowable]);

  const onBoardLeft = useEffectEvent(() => {
    if (frozen === undefined && holding.current) letGo();
  });
  const wasShown = useRef(shownBoardId);
  useEffect(() => {
    if (wasShown.current !== null && shownBoardId === null) onBoardLeft();
    wasShown.current = shownBoardId;
  }, [shownBoardId]);

  const toggle = () => {
    if (frozen !== undefined || phoneHolds) release();
    else freeze();
  };
  return { frozen, phoneHolds, toggle, release };
}

/** Opens the board over a snapshot, or the one that there is, and shows it to both sides. @throws {RoomRequestError} */
export async function showAnnotation(connection: RoomConnection, itemId: string): Promise<void> {
  const { board_id } = await connection.request("board.open", { kind: "annotation", item_id: itemId });
  await connection.request("board.show", { board_id });
}

function pictureOf(video: HTMLVideoElement | null): string | null {
  return video === null || video.videoWidth === 0 ? null : grabFrame(video).toDataURL("image/jpeg", 0.85);
}
