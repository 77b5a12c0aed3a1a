import { formatDuration } from "@nexbasira/ui/format.ts";
import { IconButton } from "@nexbasira/ui/icon-button.tsx";
import { Tooltip } from "@nexbasira/ui/tooltip.tsx";
import { Film, Scissors, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ControlButton } from "./control-button.tsx";
import type { Clips } from "./use-clips.ts";
import { useNow } from "./use-now.ts";

/** The last half minute by one press; with a start mark, from there to the press. */
export function ClipControl({ clips, clockOffsetMs }: { clips: Clips; clockOffsetMs: number }) {
  const { t } = useTranslation(["console", "common"]);
  if (clips.mark !== null) {
    return (
      <span className="inline-flex items-center">
        <ControlButton
          data-testid="clip"
          icon={Scissors}
          label={t("live.clip_end")}
          hint={t("live.clip_end_hint")}
          shortcut="C"
          words="roomy"
          pressed
          onClick={clips.cut}
        />
        <Running since={clips.mark} clockOffsetMs={clockOffsetMs} />
        <IconButton icon={X} size="small" label={t("live.clip_drop")} onClick={clips.dropMark} />
      </span>
    );
  }
  return (
    <span className="inline-flex items-center">
      <ControlButton
        data-testid="clip"
        icon={Film}
        label={t("live.clip")}
        hint={t("live.clip_hint")}
        shortcut="C"
        className="rounded-r-none"
        onClick={clips.cut}
      />
      <Tooltip label={t("live.clip_mark")} shortcut="Shift+C">
        <button
          type="button"
          data-testid="clip-mark"
          aria-label={t("live.clip_mark")}
          aria-keyshortcuts="Shift+C"
          onClick={(event) => {
            if (event.detail > 0) event.currentTarget.blur();
            clips.toggleMark();
          }}
          className="inline-flex h-11 w-8 items-center justify-center rounded-r-control border-l border-line text-muted hover:bg-hover hover:text-ink"
        >
          <Scissors size={16} aria-hidden />
        </button>
      </Tooltip>
    </span>
  );
}

function Running({ since, clockOffsetMs }: { since: number; clockOffsetMs: number }) {
  const now = useNow(clockOffsetMs);
  return (
    <span data-figures className="pl-2 text-sm font-medium text-accent-text">
      {formatDuration(now - since)}
    </span>
  );
}
