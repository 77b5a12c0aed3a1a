import { Flashlight, Mic, MicOff, MoreHorizontal, PhoneOff, SwitchCamera } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CallButton } from "../call-button.tsx";
import { RecPill } from "../rec-pill.tsx";
import { ShutterButton } from "../shutter-button.tsx";

export function CallPart() {
  const { t } = useTranslation();
  const [muted, setMuted] = useState(false);
  return (
    <div
      data-theme="dark"
      className="relative flex h-80 flex-col justify-between overflow-hidden rounded-surface bg-[linear-gradient(160deg,#7c8b84,#c9bfa6_45%,#5d6b73)] p-4"
    >
      <RecPill label="REC" time="12:04" className="self-start" />
      <div className="flex items-center justify-center gap-3 sm:gap-5">
        <CallButton icon={SwitchCamera} label={t("board.select")} size="medium" />
        <CallButton icon={Flashlight} label={t("board.color")} size="medium" pressed variant="active" />
        <ShutterButton label={t("board.freehand")} />
        <CallButton
          icon={muted ? MicOff : Mic}
          label={t("board.undo")}
          size="medium"
          pressed={muted}
          variant={muted ? "active" : "glass"}
          onClick={() => setMuted(!muted)}
        />
        <CallButton icon={MoreHorizontal} label={t("board.tools")} size="medium" />
        <div className="max-sm:hidden">
          <CallButton icon={PhoneOff} label={t("close")} variant="danger" caption />
        </div>
      </div>
    </div>
  );
}
