import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";
import { Spinner } from "./spinner.tsx";

export type ButtonVariant = "primary" | "secondary" | "quiet" | "danger";
/** 32, 36, 48 and 56 pixels high. On a phone: `touch` or `large`. */
export type ButtonSize = "small" | "medium" | "touch" | "large";

const VARIANTS: Record<ButtonVariant, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover font-semibold",
  secondary: "bg-base text-ink border border-line hover:bg-hover font-medium",
  quiet: "text-muted hover:bg-hover hover:text-ink font-medium",
  danger: "bg-danger text-on-danger hover:bg-danger-hover font-semibold",
};

const SIZES: Record<ButtonSize, string> = {
  small: "h-8 px-3 text-sm gap-1.5",
  medium: "h-9 px-3.5 text-sm gap-2",
  touch: "min-h-12 px-5 py-2 text-base gap-2",
  large: "min-h-14 px-6 py-2.5 text-base gap-2.5",
};

/** The look of a button, for a link that acts as one. */
export function buttonClass(variant: ButtonVariant, size: ButtonSize, block = false): string {
  return classNames(
    "inline-flex items-center justify-center rounded-control text-center leading-tight transition-colors select-none",
    "disabled:opacity-50 disabled:pointer-events-none",
    VARIANTS[variant],
    SIZES[size],
    block && "w-full",
  );
}

export interface ButtonProps extends ComponentProps<"button"> {
  variant?: ButtonVariant;
  size?: ButtonSize;
  /** As wide as what it is in. */
  block?: boolean;
  icon?: LucideIcon;
  /** Something is under way: it cannot be pressed again. If that takes more than a second, change the words, too. */
  busy?: boolean;
}

export function Button(props: ButtonProps) {
  const {
    variant = "secondary",
    size = "medium",
    block,
    icon: Icon,
    busy = false,
    children,
    className,
    ...rest
  } = props;
  const iconSize = size === "small" || size === "medium" ? 16 : 20;
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled || busy}
      aria-busy={busy || undefined}
      className={classNames(buttonClass(variant, size, block), className)}
    >
      {busy ? <Spinner size={iconSize} /> : Icon && <Icon size={iconSize} aria-hidden className="shrink-0" />}
      {children}
    </button>
  );
}
