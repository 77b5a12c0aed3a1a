import { classNames } from "@nexbasira/ui/class-names.ts";
import { Kbd } from "@nexbasira/ui/kbd.tsx";
import { Spinner } from "@nexbasira/ui/spinner.tsx";
import { Tooltip } from "@nexbasira/ui/tooltip.tsx";
import type { LucideIcon } from "lucide-react";
import type { MouseEvent } from "react";

const VARIANTS = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover font-semibold",
  normal: "text-ink hover:bg-hover font-medium",
  danger: "bg-danger text-on-danger hover:bg-danger-hover font-semibold",
};

export interface ControlButtonProps {
  icon: LucideIcon;
  label: string;
  /** A shorter word that is part of the label, to be seen; the label if not given. */
  caption?: string;
  /** As in `aria-keyshortcuts`. */
  shortcut: string;
  /** More than the label says, for the tooltip. */
  hint?: string;
  variant?: keyof typeof VARIANTS;
  pressed?: boolean;
  busy?: boolean;
  /** The icon alone, at any width. */
  compact?: boolean;
  /** The first to lose its word where room gets short. */
  secondary?: boolean;
  onClick: () => void;
  className?: string;
  "data-testid": string;
}

/** An action of the call, with its key. Where there is no room the icon stands for it. */
export function ControlButton(props: ControlButtonProps) {
  const {
    icon: Icon,
    label,
    caption = label,
    shortcut,
    hint,
    variant = "normal",
    pressed,
    busy = false,
    compact = false,
    secondary = false,
  } = props;
  const { onClick, className, "data-testid": testId } = props;
  const act = (event: MouseEvent<HTMLButtonElement>) => {
    // After a click with the mouse the space bar is to take a photo, not to press this again.
    if (event.detail > 0) event.currentTarget.blur();
    onClick();
  };
  return (
    <Tooltip label={hint ?? label} shortcut={shortcut}>
      <button
        type="button"
        data-testid={testId}
        onClick={act}
        aria-label={label}
        aria-keyshortcuts={shortcut}
        aria-pressed={pressed}
        aria-busy={busy || undefined}
        className={classNames(
          "inline-flex h-11 min-w-11 shrink-0 items-center justify-center gap-2 rounded-control px-2.5 text-sm transition-colors select-none",
          pressed ? "bg-accent-soft font-medium text-accent-text" : VARIANTS[variant],
          className,
        )}
      >
        {busy ? <Spinner /> : <Icon size={20} aria-hidden className="shrink-0" />}
        {!compact && (
          <>
            <span aria-hidden className={secondary ? "@max-[60rem]:hidden" : "@max-3xl:hidden"}>
              {caption}
            </span>
            <span aria-hidden className="@max-[84rem]:hidden">
              <Kbd shortcut={shortcut} />
            </span>
          </>
        )}
      </button>
    </Tooltip>
  );
}
