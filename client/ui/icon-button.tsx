import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";

const VARIANTS = {
  quiet: "text-muted hover:bg-hover hover:text-ink",
  secondary: "bg-base border border-line text-ink hover:bg-hover",
  danger: "text-danger-text hover:bg-danger-soft",
};
const SIZES = { small: "size-8", medium: "size-9", touch: "size-12" };

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children" | "aria-label"> {
  icon: LucideIcon;
  /** Its name; always needed. */
  label: string;
  /** For a button that stays on or off. */
  pressed?: boolean;
  /** A key that does the same, as in `aria-keyshortcuts`: "F", "Control+Z". */
  shortcut?: string;
  variant?: keyof typeof VARIANTS;
  /** 32, 36 and 48 pixels. */
  size?: keyof typeof SIZES;
}

/** A button with an icon alone. In the console use ToolButton, which shows the name and the key, too. */
export function IconButton(props: IconButtonProps) {
  const { icon: Icon, label, pressed, shortcut, variant = "quiet", size = "medium", className, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={shortcut}
      className={classNames(
        "inline-flex shrink-0 items-center justify-center rounded-control transition-colors",
        "disabled:opacity-40 disabled:pointer-events-none aria-disabled:opacity-40",
        pressed ? "bg-accent-soft text-accent-text hover:bg-accent-soft" : VARIANTS[variant],
        SIZES[size],
        className,
      )}
    >
      <Icon size={size === "small" ? 16 : 20} aria-hidden />
    </button>
  );
}
