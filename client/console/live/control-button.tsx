import { classNames } from "@nexbasira/ui/class-names.ts";
import { Kbd } from "@nexbasira/ui/kbd.tsx";
import { Spinner } from "@nexbasira/ui/spinner.tsx";
import { Tooltip } from "@nexbasira/ui/tooltip.tsx";
import type { LucideIcon } from "lucide-react";
import type { ComponentProps, MouseEvent } from "react";

const VARIANTS = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover font-semibold",
  normal: "text-ink hover:bg-hover font-medium",
  danger: "bg-danger text-on-danger hover:bg-danger-hover font-semibold",
};

/** From which width of the bar on a button has its word beside the icon. */
const WORDS = {
  always: "",
  usual: "@max-3xl:hidden",
  roomy: "@max-[62rem]:hidden",
  wide: "@max-[80rem]:hidden",
  never: "hidden",
};

export interface ControlButtonProps extends Omit<ComponentProps<"button">, "children" | "aria-label"> {
  icon: LucideIcon;
  label: string;
  /** A shorter word that is part of the label, to be seen; the label if not given. */
  caption?: string;
  /** As in `aria-keyshortcuts`. */
  shortcut: string;
  /** More than the label says, for the tooltip. */
  hint?: string | undefined;
  variant?: keyof typeof VARIANTS;
  pressed?: boolean | undefined;
  busy?: boolean;
  /** It does nothing now and says so, and keeps the focus. */
  away?: boolean;
  words?: keyof typeof WORDS;
  "data-testid": string;
}

/** An action of the call, with its key. Where there is no room the icon stands for it. Also a trigger of menus. */
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
    away = false,
    words = "usual",
    onClick,
    className,
    ...rest
  } = props;
  const act = (event: MouseEvent<HTMLButtonElement>) => {
    // After a click with the mouse the space bar is to take a photo, not to press this again.
    if (event.detail > 0) event.currentTarget.blur();
    onClick?.(event);
  };
  return (
    <Tooltip label={hint ?? label} shortcut={shortcut}>
      <button
        type="button"
        {...rest}
        onClick={act}
        aria-label={label}
        aria-keyshortcuts={shortcut}
        aria-pressed={pressed}
        aria-busy={busy || undefined}
        aria-disabled={away || undefined}
        className={classNames(
          "inline-flex h-11 min-w-11 shrink-0 items-center justify-center gap-2 rounded-control px-2.5 text-sm transition-colors select-none",
          "@max-[62rem]:min-w-10 @max-[62rem]:gap-1.5 @max-[62rem]:px-2 aria-disabled:opacity-50",
          pressed ? "bg-accent-soft font-medium text-accent-text" : VARIANTS[variant],
          className,
        )}
      >
        {busy ? <Spinner /> : <Icon size={20} aria-hidden className="shrink-0" />}
        {words !== "never" && (
          <>
            <span aria-hidden data-figures className={WORDS[words]}>
              {caption}
            </span>
            <span aria-hidden className="@max-[104rem]:hidden">
              <Kbd shortcut={shortcut} />
            </span>
          </>
        )}
      </button>
    </Tooltip>
  );
}
