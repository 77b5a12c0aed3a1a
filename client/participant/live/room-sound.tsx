import { Button } from "@nexbasira/ui/button.tsx";
import { MediaPlayer } from "@nexbasira/ui/room/media-player.tsx";
import type { RemoteMedia } from "@nexbasira/ui/room/media-session.ts";
import { Volume2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

/** Everybody's sound; and a button where the browser plays none before a tap. */
export function RoomSound({ remote }: { remote: readonly RemoteMedia[] }) {
  const { t } = useTranslation("participant");
  const [blocked, setBlocked] = useState(false);
  return (
    <>
      {remote
        .filter(({ kind }) => kind === "audio")
        .map((sound) => (
          <MediaPlayer
            key={sound.producer_id}
            kind="audio"
            stream={sound.stream}
            testId="inspector-audio"
            onBlocked={setBlocked}
          />
        ))}
      {blocked && (
        // The tap itself is what the browser waits for: the players hear it.
        <Button size="large" icon={Volume2} className="pointer-events-auto" data-testid="hear">
          {t("live.tap_to_hear")}
        </Button>
      )}
    </>
  );
}
