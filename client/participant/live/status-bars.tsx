import { Button } from "@nexbasira/ui/button.tsx";
import type { RoomSnapshot } from "@nexbasira/ui/room/room-connection.ts";
import { CameraOff, WifiOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SourceState } from "./phone-camera.ts";
import { useOnline } from "./use-online.ts";

const UNANSWERED_MS = 3_000;

/** While the network is away: says what is safe. The shutter stays. */
export function OfflineBar({ snapshot, waiting }: { snapshot: RoomSnapshot; waiting: boolean }) {
  const { t } = useTranslation("participant");
  const online = useOnline();
  const unanswered = useUnanswered(snapshot.phase);
  if (online && snapshot.phase !== "reconnecting" && !unanswered) return null;
  return (
    <div
      role="status"
      data-testid="offline"
      className="relative flex items-start gap-3 rounded-surface bg-warning-soft px-4 py-3 text-sm text-warning-text"
    >
      <WifiOff size={20} aria-hidden className="shrink-0" />
      <p>
        <strong className="font-semibold">{online ? t("offline.reconnecting") : t("offline.title")}</strong>{" "}
        {waiting ? t("offline.photos_safe") : t("offline.go_on")}
      </p>
    </div>
  );
}

/** Whether the first connection takes longer than one does: a page that was opened without a network. */
function useUnanswered(phase: RoomSnapshot["phase"]): boolean {
  const [unanswered, setUnanswered] = useState(false);
  useEffect(() => {
    setUnanswered(false);
    if (phase !== "connecting") return;
    const timer = setTimeout(() => setUnanswered(true), UNANSWERED_MS);
    return () => clearTimeout(timer);
  }, [phase]);
  return unanswered;
}

/** In the place of the live picture: why there is none, and what works all the same. */
export function NoCamera({
  state,
  voice,
  onOpen,
}: {
  state: SourceState;
  /** Whether the person can be heard. */
  voice: boolean;
  onOpen: () => void;
}) {
  const { t } = useTranslation("participant");
  if (state === "opening") {
    return (
      <p role="status" className="absolute inset-0 flex items-center justify-center text-white">
        {t("live.opening_camera")}
      </p>
    );
  }
  return (
    <div
      data-testid="no-camera"
      className="absolute inset-0 mx-auto flex max-w-sm flex-col items-center justify-center gap-3 px-8 pb-28 text-center"
    >
      <span className="inline-flex size-14 items-center justify-center rounded-full bg-raised text-muted">
        <CameraOff size={28} aria-hidden />
      </span>
      <p className="text-lg font-semibold">{t("live.no_camera")}</p>
      <p className="text-muted">{voice ? t("live.no_camera_text") : t("live.no_camera_no_voice_text")}</p>
      <Button size="touch" onClick={onOpen} className="mt-2" data-testid="turn-on-camera">
        {t("live.turn_on_camera")}
      </Button>
    </div>
  );
}
