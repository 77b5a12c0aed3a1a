import {
  Camera,
  Mic,
  MicOff,
  PenLine,
  PhoneOff,
  Presentation,
  Shield,
  ShieldCheck,
  Snowflake,
  Video,
  VideoOff,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { ClipControl } from "./clip-control.tsx";
import { ControlButton } from "./control-button.tsx";
import { PhoneControls } from "./phone-controls.tsx";
import type { Clips } from "./use-clips.ts";
import type { Freeze } from "./use-freeze.ts";
import type { Microphone } from "./use-microphone.ts";
import type { OwnCamera } from "./use-own-camera.ts";
import type { Phone } from "./use-phone.ts";
import type { PhoneActions } from "./use-phone-actions.ts";

export interface ControlsProps {
  isInspector: boolean;
  takingPhoto: boolean;
  freeze: Freeze;
  isWhiteboard: boolean;
  clips: Clips;
  phone: Phone;
  phoneActions: PhoneActions;
  microphone: Microphone;
  camera: OwnCamera;
  /** Undefined where the session asks for no signature. */
  signature: { requested: boolean; submitted: boolean } | undefined;
  /** Defined where the finished report is to be signed, for which somebody has to vouch for the participant. */
  identity: { confirmed: boolean } | undefined;
  clockOffsetMs: number;
  onPhoto: () => void;
  onBoard: () => void;
  onSignature: () => void;
  onEnd: () => void;
}

/** What can be done in the call, each with its key. An observer has the microphone. */
export function Controls(props: ControlsProps) {
  const { t } = useTranslation("console");
  const { isInspector, microphone, camera, phone } = props;
  return (
    <div className="@container shrink-0 border-t border-line bg-base">
      <div
        role="toolbar"
        aria-label={t("live.controls")}
        className="flex items-center gap-1 px-3 py-1.5 @max-[62rem]:px-2 @max-3xl:flex-wrap"
      >
        {isInspector ? (
          <Captures {...props} />
        ) : (
          <p data-testid="observer-note" className="min-w-0 px-1 text-sm text-muted">
            {t("live.observer")}
          </p>
        )}
        {isInspector && phone.camera !== null && (
          <PhoneControls camera={phone.camera} phone={phone} actions={props.phoneActions} />
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
          words="roomy"
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
              words="never"
              onClick={camera.toggle}
            />
            <ControlButton
              data-testid="end"
              icon={PhoneOff}
              label={t("live.end")}
              shortcut="E"
              variant="danger"
              className="ml-1"
              onClick={props.onEnd}
            />
          </>
        )}
      </div>
    </div>
  );
}

/** What makes evidence. */
function Captures(props: ControlsProps) {
  const { t } = useTranslation("console");
  const { freeze, signature } = props;
  const held = freeze.frozen !== undefined || freeze.phoneHolds;
  return (
    <>
      <ControlButton
        data-testid="photo"
        icon={Camera}
        label={t("live.photo")}
        hint={props.takingPhoto ? t("live.photo_taking") : t("live.photo_hint")}
        shortcut="Space"
        variant="primary"
        busy={props.takingPhoto}
        onClick={props.onPhoto}
      />
      <ControlButton
        data-testid="freeze"
        icon={Snowflake}
        label={t("live.freeze")}
        hint={held ? t("live.freeze_release") : t("live.freeze_hint")}
        shortcut="F"
        pressed={held}
        onClick={freeze.toggle}
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
      {props.identity !== undefined && (
        <ControlButton
          data-testid="identity"
          icon={props.identity.confirmed ? ShieldCheck : Shield}
          caption={t("identity.short")}
          label={props.identity.confirmed ? t("identity.done") : t("identity.title")}
          shortcut="G"
          words="roomy"
          pressed={props.identity.confirmed}
          onClick={props.onSignature}
        />
      )}
      {signature !== undefined && props.identity === undefined && (
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
          words="roomy"
          pressed={signature.requested}
          onClick={props.onSignature}
        />
      )}
    </>
  );
}
