import { NoPictureError } from "@nexbasira/ui/capture/take-photo.ts";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Visit } from "./visit.ts";

export interface Photos {
  taking: boolean;
  /** Takes one with the live camera. */
  take: () => void;
  /** Adds one that the phone's own camera app took. */
  addFile: (file: File) => void;
  addDocument: (file: File) => void;
}

/** Captures by the person's own press: felt at once, and said when one failed. */
export function usePhotos(visit: Visit): Photos {
  const { t } = useTranslation("participant");
  const [taking, setTaking] = useState(false);
  const tell = (error: unknown): void => {
    // Anything but a camera without a picture is not expected: a file that the phone let go of before it was read.
    if (!(error instanceof NoPictureError)) reportError(error);
    showToast({ kind: "danger", text: t("live.photo_failed") });
  };
  return {
    taking,
    take: () => {
      setTaking(true);
      navigator.vibrate?.(30);
      void visit
        .takePhoto()
        .catch(tell)
        .finally(() => setTaking(false));
    },
    addFile: (file) => void visit.addPhotoFile(file).catch(tell),
    addDocument: (file) => void visit.addDocument(file).catch(tell),
  };
}
