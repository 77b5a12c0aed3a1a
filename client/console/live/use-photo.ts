import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { RoomRequestError } from "@nexbasira/ui/room/room-messages.ts";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { useState } from "react";
import { useTranslation } from "react-i18next";

export interface Photo {
  /** The phone has been asked and has not answered yet. */
  taking: boolean;
  /** The photo's hash as soon as the phone holds it; undefined where it does not come, which has been said by then. */
  take: () => Promise<string | undefined>;
}

/** Asks the participant's phone for a photo in full resolution. */
export function usePhoto(connection: RoomConnection): Photo {
  const { t } = useTranslation("console");
  const [taking, setTaking] = useState(false);
  const take = async () => {
    if (taking) return undefined;
    if (!isPhoneThere(connection)) {
      showToast({ kind: "info", text: t("live.photo_no_phone") });
      return undefined;
    }
    setTaking(true);
    try {
      const { sha256 } = await connection.request("capture.request", {});
      return sha256;
    } catch (error) {
      if (!(error instanceof RoomRequestError)) throw error;
      showToast({ kind: "warning", text: t(error.code === "no_answer" ? "live.photo_silent" : "live.photo_failed") });
      return undefined;
    } finally {
      setTaking(false);
    }
  };
  return { taking, take };
}

function isPhoneThere(connection: RoomConnection): boolean {
  const { room } = connection.getSnapshot();
  const phone = room?.people.find(({ role }) => role === "participant");
  return phone !== undefined && room?.unreachable.includes(phone.participant_id) === false;
}
