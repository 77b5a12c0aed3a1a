import { Button } from "@nexbasira/ui/button.tsx";
import { MediaPlayer } from "@nexbasira/ui/room/media-player.tsx";
import type { RemoteMedia } from "@nexbasira/ui/room/media-session.ts";
import { Volume2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

/** Everybody's voice. After a reload the browser plays no sound before a click: then it is asked for. */
export function Voices({ remote }: { remote: readonly RemoteMedia[] }) {
  const { t } = useTranslation("console");
  const [blocked, setBlocked] = useState(false);
  return (
    <>
      {remote
        .filter(({ kind }) => kind === "audio")
        .map(({ producer_id, stream }) => (
          <MediaPlayer key={producer_id} kind="audio" stream={stream} testId="voice" onBlocked={setBlocked} />
        ))}
      {blocked && (
        <div className="pointer-events-none absolute inset-x-0 bottom-28 z-20 flex justify-center">
          {/* Any click lets the players start; this one says so. */}
          <Button
            variant="primary"
            icon={Volume2}
            className="pointer-events-auto shadow-float"
            onClick={() => setBlocked(false)}
          >
            {t("live.hear")}
          </Button>
        </div>
      )}
    </>
  );
}
