import type { CameraState, Lens } from "@nexbasira/core/contract/device.ts";
import { Flashlight, FlashlightOff, ImageUpscale, SwitchCamera } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ChoiceMenu } from "./choice-menu.tsx";
import { ControlButton } from "./control-button.tsx";
import { SHORTCUTS } from "./keys.ts";
import type { Phone } from "./use-phone.ts";
import { hasMenu, type PhoneActions, type PhoneMenu } from "./use-phone-actions.ts";
import { ZoomControl } from "./zoom-control.tsx";

export interface PhoneControlsProps {
  camera: CameraState;
  phone: Phone;
  actions: PhoneActions;
}

/** What the inspector may have the phone's camera do, as far as it can; each shown as the phone says that it is. */
export function PhoneControls({ camera, phone, actions }: PhoneControlsProps) {
  const { t } = useTranslation("console");
  const { busy } = phone;
  const away = phone.cameraAway ? t("phone.camera_away") : undefined;
  const menu = (name: PhoneMenu) => ({
    open: actions.menu === name,
    onOpenChange: (open: boolean) => actions.setMenu(open ? name : undefined),
  });
  const lens = {
    "data-testid": "lens",
    icon: SwitchCamera,
    caption: t("phone.commands.lens"),
    shortcut: SHORTCUTS.lens,
    busy: busy.has("lens"),
    away: phone.cameraAway,
    hint: away,
    words: "wide",
  } as const;
  return (
    <fieldset aria-label={t("phone.title")} className="flex items-center gap-1 border-x border-line px-1">
      <ControlButton
        data-testid="torch"
        icon={camera.torch === true ? Flashlight : FlashlightOff}
        label={torchLabel(camera, t)}
        caption={t("phone.commands.torch")}
        hint={away ?? (camera.torch === null ? t("phone.torch_ask_hint") : undefined)}
        away={phone.cameraAway}
        shortcut={SHORTCUTS.torch}
        pressed={camera.torch ?? undefined}
        busy={busy.has("torch")}
        words="wide"
        onClick={actions.torch}
      />
      {camera.zoom !== null && (
        <ZoomControl zoom={camera.zoom} busy={busy.has("zoom")} away={away} {...menu("zoom")} onZoom={actions.zoomTo} />
      )}
      {camera.lenses.length === 2 && <ControlButton {...lens} label={t("phone.lens_switch")} onClick={actions.lens} />}
      {hasMenu(camera, "lens") && (
        <ChoiceMenu
          label={t("phone.commands.lens")}
          value={camera.lens_id ?? undefined}
          options={camera.lenses.map((lens, index) => ({ value: lens.lens_id, label: lensName(lens, index, t) }))}
          away={away}
          {...menu("lens")}
          onChoose={actions.lensTo}
        >
          <ControlButton {...lens} label={t("phone.lens_choose")} />
        </ChoiceMenu>
      )}
      {hasMenu(camera, "resolution") && (
        <ChoiceMenu
          label={t("phone.commands.resolution")}
          value={camera.resolution === null ? undefined : String(camera.resolution)}
          options={camera.resolutions.map((lines) => ({ value: String(lines), label: `${lines}p` }))}
          away={away}
          {...menu("resolution")}
          onChoose={(lines) => actions.resolutionTo(Number(lines))}
        >
          <ControlButton
            data-testid="resolution"
            icon={ImageUpscale}
            label={t("phone.resolution_at", { lines: camera.resolution === null ? "?" : `${camera.resolution}p` })}
            caption={camera.resolution === null ? t("phone.commands.resolution") : `${camera.resolution}p`}
            shortcut={SHORTCUTS.resolution}
            busy={busy.has("resolution")}
            away={phone.cameraAway}
            hint={away}
            words="wide"
          />
        </ChoiceMenu>
      )}
      <span role="status" className="sr-only">
        {away ?? phone.outcome}
      </span>
    </fieldset>
  );
}

type Translate = ReturnType<typeof useTranslation<"console">>["t"];

function torchLabel({ torch }: CameraState, t: Translate): string {
  if (torch === null) return t("phone.torch_ask");
  return torch ? t("phone.torch_off") : t("phone.torch_on");
}

/** Browsers that tell no names give empty labels. */
function lensName({ label, facing }: Lens, index: number, t: Translate): string {
  if (label !== "") return label;
  return facing === null ? t("phone.lens_number", { number: index + 1 }) : t(`phone.facing.${facing}`);
}
