import { Camera, Mic, MicOff, PenLine, PhoneOff, Presentation, Snowflake, Video, VideoOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ClipControl } from "./clip-control.tsx";
import { ControlButton } from "./control-button.tsx";
import type { Clips } from "./use-clips.ts";
import type { Microphone } from "./use-microphone.ts";
import type { OwnCamera } from "./use-own-camera.ts";

export interface ControlsProps {
  isInspector: boolean;
  takingPhoto: boolean;
  isFrozen: boolean;
  isWhiteboard: boolean;
  clips: Clips;
  microphone: Microphone;
  camera: OwnCamera;
  /** Undefined where the session asks for no signature. */
  signature: { requested: boolean; submitted: boolean } | undefined;
  clockOffsetMs: number;
  onPhoto: () => void;
  onFreeze: () => void;
  onBoard: () => void;
  onSignature: () => void;
  onEnd: () => void;
}

/** What can be done in the call, each with its key. An observer has the microphone. */
export function Controls(props: ControlsProps) {
  const { t } = useTranslation("console");
  const { isInspector, microphone, camera, signature } = props;
  return (
    <div className="@container shrink-0 border-t border-line bg-base">
      <div
        role="toolbar"
        aria-label={t("live.controls")}
        className="flex items-center gap-1 px-3 py-1.5 @max-3xl:flex-wrap"
      >
        {isInspector && (
          <>
            <ControlButton
              data-testid="photo"
              icon={Camera}
              label={props.takingPhoto ? t("live.photo_taking") : t("live.photo")}
              hint={t("live.photo_hint")}
              shortcut="Space"
              variant="primary"
              busy={props.takingPhoto}
              onClick={props.onPhoto}
            />
            <ControlButton
              data-testid="freeze"
              icon={Snowflake}
              label={t("live.freeze")}
              hint={t("live.freeze_hint")}
              shortcut="F"
              pressed={props.isFrozen}
              onClick={props.onFreeze}
            />
            <ClipControl clips={props.clips} clockOffsetMs={props.clockOffsetMs} />
            <ControlButton
              data-testid="board"
              icon={Presentation}
              label={t("live.board")}
              hint={t("live.board_hint")}
              shortcut="B"
              pressed={props.isWhiteboard}
              onClick={props.onBoard}
            />
            {signature !== undefined && (
              <ControlButton
                data-testid="ask-signature"
                icon={PenLine}
                caption={t("live.signature_short")}
                label={
                  signature.submitted
                    ? t("live.signature_given")
                    : signature.requested
                      ? t("live.signature_requested")
                      : t("live.signature")
                }
                shortcut="G"
                pressed={signature.requested}
                onClick={props.onSignature}
              />
            )}
          </>
        )}
        <div className="flex-1" />
        <ControlButton
          data-testid="mute"
          icon={microphone.muted || microphone.problem !== undefined ? MicOff : Mic}
          label={
            microphone.problem !== undefined
              ? t("live.no_microphone")
              : microphone.muted
                ? t("live.unmute")
                : t("live.mute")
          }
          shortcut="M"
          secondary
          pressed={microphone.muted}
          className={microphone.problem === undefined ? "" : "text-warning-text!"}
          onClick={microphone.toggle}
        />
        {isInspector && (
          <>
            <ControlButton
              data-testid="own-camera"
              icon={camera.on ? Video : VideoOff}
              label={camera.on ? t("live.camera_off") : t("live.camera_on")}
              shortcut="V"
              pressed={camera.on}
              compact
              onClick={camera.toggle}
            />
            <ControlButton
              data-testid="end"
              icon={PhoneOff}
              label={t("live.end")}
              shortcut="E"
              variant="danger"
              className="ml-2"
              onClick={props.onEnd}
            />
          </>
        )}
      </div>
    </div>
  );
}
