import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { useTranslation } from "react-i18next";
import { classNames } from "../class-names.ts";
import { IconButton } from "../icon-button.tsx";
import { MAX_SCALE } from "./board-view.ts";
import type { ViewControl } from "./use-board-view.ts";

/**
 * Buttons for what two fingers or the wheel do. They lie over the picture, in a corner: on a phone the upper one, since cards
 * come from below.
 */
export function ZoomControls({ view, touch }: { view: ViewControl; touch: boolean }) {
  const { t, i18n } = useTranslation();
  const size = touch ? "touch" : "small";
  const percent = new Intl.NumberFormat(i18n.language, { style: "percent" }).format(view.scale);
  const isWhole = view.scale === 1;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms and brings a border and a legend of its own.
    <div
      role="group"
      aria-label={t("board.zoom")}
      className={classNames(
        "absolute left-2 z-10 flex items-center rounded-control border border-line bg-raised/90 text-ink",
        touch ? "top-2 flex-col-reverse" : "bottom-2",
      )}
    >
      <IconButton
        icon={ZoomOut}
        label={t("board.zoom_out")}
        size={size}
        shortcut="-"
        disabled={isWhole}
        onClick={view.zoomOut}
      />
      {!touch && (
        <output className="min-w-12 text-center text-xs tabular-nums" data-testid="zoom">
          {percent}
        </output>
      )}
      <IconButton
        icon={ZoomIn}
        label={t("board.zoom_in")}
        size={size}
        shortcut="+"
        disabled={view.scale >= MAX_SCALE}
        onClick={view.zoomIn}
      />
      {!isWhole && (
        <IconButton icon={Maximize} label={t("board.zoom_whole")} size={size} shortcut="Home" onClick={view.whole} />
      )}
    </div>
  );
}
