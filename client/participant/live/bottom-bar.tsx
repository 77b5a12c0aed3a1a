import { CallButton } from "@nexbasira/ui/call-button.tsx";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { ShutterButton } from "@nexbasira/ui/shutter-button.tsx";
import { Camera, Ellipsis, Mic, MicOff, SwitchCamera } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { PhoneMediaSnapshot } from "./phone-media.ts";
import { PhotoFileInput } from "./photo-file-input.tsx";

export interface BottomBarProps {
  phone: PhoneMediaSnapshot;
  takingPhoto: boolean;
  onPhoto: () => void;
  /** Chooses a photo that the phone's own camera app takes. */
  onPhotoFile: (file: File) => void;
  onMute: () => void;
  onSwitchLens: () => void;
  onMore: () => void;
  stack: ReactNode;
  /** The phone lies on its side: the bar stands at the right, without captions. */
  lying: boolean;
}

/** What a thumb needs during the call. */
export function BottomBar(props: BottomBarProps) {
  const { phone, takingPhoto, onPhoto, onPhotoFile, onMute, onSwitchLens, onMore, stack, lying } = props;
  const { t } = useTranslation("participant");
  const microphone = phone.microphone === "on";
  const size = lying ? "medium" : "large";
  const raised = lying ? "" : "-mt-2.5";
  return (
    <div
      className={classNames(
        "flex justify-between",
        lying ? "h-full flex-col items-center" : "mx-auto w-full max-w-md items-start gap-1",
      )}
    >
      <Slot>{stack}</Slot>
      <Slot>
        <CallButton
          icon={phone.muted || !microphone ? MicOff : Mic}
          label={phone.muted ? t("live.unmute") : t("live.mute")}
          caption={!lying}
          size={size}
          variant={phone.muted ? "active" : "glass"}
          disabled={!microphone}
          onClick={onMute}
          data-testid="mute"
          data-muted={phone.muted}
        />
      </Slot>
      {phone.camera === "on" ? (
        <ShutterButton
          label={t("live.take_photo")}
          onClick={onPhoto}
          disabled={takingPhoto}
          data-testid="shutter"
          className={raised}
        />
      ) : (
        <PhotoFileButton label={t("live.take_photo")} onFile={onPhotoFile} className={raised} />
      )}
      <Slot>
        <CallButton
          icon={SwitchCamera}
          label={t("live.switch_lens")}
          caption={!lying}
          size={size}
          disabled={(phone.settings?.lenses.length ?? 0) < 2}
          onClick={onSwitchLens}
          data-testid="switch-lens"
        />
      </Slot>
      <Slot>
        <CallButton
          icon={Ellipsis}
          label={t("live.more")}
          caption={!lying}
          size={size}
          onClick={onMore}
          data-testid="more"
        />
      </Slot>
    </div>
  );
}

function Slot({ children }: { children: ReactNode }) {
  return <div className="flex w-16 justify-center">{children}</div>;
}

/** Without the live camera, the shutter opens the phone's own camera app: a photo is still a photo. */
function PhotoFileButton(props: { label: string; onFile: (file: File) => void; className: string }) {
  const { label, onFile, className } = props;
  return (
    <div
      className={classNames(
        "group relative flex size-19 shrink-0 items-center justify-center rounded-full border-4 border-white bg-black/25 focus-within:outline-2 focus-within:outline-offset-2",
        className,
      )}
    >
      <span className="flex size-15 items-center justify-center rounded-full bg-white text-black transition-transform group-active:scale-90">
        <Camera size={28} aria-hidden />
      </span>
      <PhotoFileInput label={label} testId="shutter" onFile={onFile} />
    </div>
  );
}
