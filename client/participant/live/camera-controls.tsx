import type { CameraState } from "@nexbasira/core/contract/device.ts";
import { CallButton } from "@nexbasira/ui/call-button.tsx";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { Flashlight, FlashlightOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { CameraRefused, type PhoneCamera } from "./phone-camera.ts";
import { stepOf, zoomSteps } from "./zoom-steps.ts";

export interface CameraControlsProps {
  camera: PhoneCamera;
  settings: Omit<CameraState, "frozen">;
}

/** Light and zoom, where this camera has them. */
export function CameraControls({ camera, settings: { torch, zoom } }: CameraControlsProps) {
  const { t } = useTranslation("participant");
  if (torch === null && zoom === null) return null;
  const set = (change: Promise<void>): void => {
    change.catch((error: unknown) => {
      if (!(error instanceof CameraRefused)) throw error;
      showToast({ kind: "warning", text: t("camera.failed") });
    });
  };
  return (
    <div className="pointer-events-auto flex items-center gap-3">
      {zoom !== null && <ZoomSteps zoom={zoom} onZoom={(factor) => set(camera.setZoom(factor))} />}
      {torch !== null && (
        <CallButton
          icon={torch ? Flashlight : FlashlightOff}
          label={t("camera.torch")}
          size="medium"
          pressed={torch}
          variant={torch ? "active" : "glass"}
          onClick={() => set(camera.setTorch(!torch))}
          data-testid="torch"
        />
      )}
    </div>
  );
}

function ZoomSteps(props: { zoom: NonNullable<CameraState["zoom"]>; onZoom: (factor: number) => void }) {
  const { zoom, onZoom } = props;
  const { t } = useTranslation("participant");
  const language = useLanguage();
  const steps = zoomSteps(zoom);
  const here = stepOf(steps, zoom.factor);
  const name = (factor: number): string =>
    `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(factor)}×`;
  if (steps.length < 2) return null;
  return (
    <fieldset data-testid="zoom" data-factor={zoom.factor} className="flex rounded-full bg-black/55 text-white">
      <legend className="sr-only">{t("camera.zoom")}</legend>
      {steps.map((step) => (
        <button
          key={step}
          type="button"
          aria-pressed={step === here}
          data-testid={`zoom-${step}`}
          onClick={() => onZoom(step)}
          className={classNames(
            "size-12 rounded-full text-sm font-semibold tabular-nums",
            step === here && "bg-white text-black",
          )}
        >
          {name(step === here ? zoom.factor : step)}
        </button>
      ))}
    </fieldset>
  );
}
