import type { CameraState } from "@nexbasira/core/contract/device.ts";
import { formatNumber } from "@nexbasira/ui/format.ts";
import { IconButton } from "@nexbasira/ui/icon-button.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { Minus, Plus, ZoomIn } from "lucide-react";
import * as Popover from "radix-ui/popover";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { snapZoom, zoomStep } from "./camera-steps.ts";
import { ControlButton } from "./control-button.tsx";
import { keepFocusFromMouse } from "./keep-focus-from-mouse.ts";
import { SHORTCUTS } from "./keys.ts";

export interface ZoomControlProps {
  zoom: NonNullable<CameraState["zoom"]>;
  busy: boolean;
  /** Why it cannot be zoomed now. */
  away: string | undefined;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onZoom: (factor: number) => void;
}

/** The phone's zoom within its range: a slider and steps, and how near it is as the phone says. */
export function ZoomControl({ zoom, busy, away, open, onOpenChange, onZoom }: ZoomControlProps) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  // What the hand on the slider wants, until the phone says what it did.
  const [wish, setWish] = useState<number>();
  const { factor } = zoom;
  useEffect(() => setWish(undefined), [factor, busy]);
  const text = (value: number) => `${formatNumber(value, language, 1)}×`;
  // Natively disabled controls would lose the focus.
  const isAway = away !== undefined;
  const step = (direction: "nearer" | "farther") => onZoom(zoomStep(zoom, direction));
  return (
    <Popover.Root open={open} onOpenChange={onOpenChange}>
      <Popover.Trigger asChild>
        <ControlButton
          data-testid="phone-zoom"
          icon={ZoomIn}
          label={t("phone.zoom_at", { factor: text(factor) })}
          caption={text(factor)}
          hint={away ?? t("phone.zoom_hint")}
          away={isAway}
          shortcut={SHORTCUTS.zoom_in}
          busy={busy}
          words="always"
        />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="top"
          sideOffset={6}
          collisionPadding={8}
          aria-label={t("phone.commands.zoom")}
          onCloseAutoFocus={keepFocusFromMouse}
          className="z-50 flex animate-appear items-center gap-2 rounded-surface border border-line bg-raised p-2 shadow-float outline-none"
        >
          <IconButton
            icon={Minus}
            label={t("phone.zoom_out")}
            shortcut={SHORTCUTS.zoom_out}
            disabled={factor <= zoom.least}
            aria-disabled={isAway || undefined}
            onClick={() => step("farther")}
          />
          <input
            type="range"
            data-testid="phone-zoom-slider"
            aria-label={t("phone.commands.zoom")}
            aria-valuetext={text(wish ?? factor)}
            min={zoom.least}
            max={zoom.most}
            step={zoom.step > 0 ? zoom.step : "any"}
            value={wish ?? factor}
            aria-disabled={isAway || undefined}
            onChange={(event) => {
              if (isAway) return;
              const wanted = snapZoom(zoom, event.target.valueAsNumber);
              setWish(wanted);
              onZoom(wanted);
            }}
            className="h-9 w-44 accent-accent aria-disabled:opacity-40"
          />
          <IconButton
            icon={Plus}
            label={t("phone.zoom_in")}
            shortcut={SHORTCUTS.zoom_in}
            disabled={factor >= zoom.most}
            aria-disabled={isAway || undefined}
            onClick={() => step("nearer")}
          />
          <span data-figures className="w-12 text-right text-sm font-medium">
            {text(wish ?? factor)}
          </span>
          {isAway && <span className="max-w-44 text-sm text-muted">{away}</span>}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
