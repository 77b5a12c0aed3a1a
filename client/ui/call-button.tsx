import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";

const VARIANTS = {
  /** On a picture: dark glass. */
  glass: "bg-black/55 text-white hover:bg-black/70",
  /** Switched on, or off where that is what stands out (a muted microphone). */
  active: "bg-white text-black hover:bg-white/90",
  danger: "bg-danger text-on-danger hover:bg-danger-hover",
};
const SIZES = { medium: "size-12", large: "size-14" };

export interface CallButtonProps extends Omit<ComponentProps<"button">, "children" | "aria-label"> {
  icon: LucideIcon;
  label: string;
  /** Shows the name below the button, too. */
  caption?: boolean;
  pressed?: boolean;
  variant?: keyof typeof VARIANTS;
  /** 48 and 56 pixels. */
  size?: keyof typeof SIZES;
}

/** A round button over the live picture, for a thumb. */
export function CallButton(props: CallButtonProps) {
  const { icon: Icon, label, caption, pressed, variant = "glass", size = "large", className, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      aria-pressed={pressed}
      className={classNames(
        "group inline-flex flex-col items-center gap-1 rounded-surface disabled:opacity-40 disabled:pointer-events-none",
        className,
      )}
    >
      <span
        className={classNames(
          "inline-flex items-center justify-center rounded-full transition-colors",
          SIZES[size],
          VARIANTS[variant],
        )}
      >
        <Icon size={24} aria-hidden />
      </span>
      {caption && (
        <span aria-hidden className="max-w-20 text-center text-xs leading-tight font-medium text-white">
          {label}
        </span>
      )}
    </button>
  );
}
