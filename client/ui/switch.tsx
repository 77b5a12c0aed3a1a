import { type ReactNode, useId } from "react";
import { classNames } from "./class-names.ts";

export interface SwitchProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** What it means, below the label. */
  description?: ReactNode;
  disabled?: boolean;
  /** A row of at least 48 pixels, for a thumb. */
  touch?: boolean;
}

/** On or off, at once. The whole row can be pressed. */
export function Switch({ label, checked, onChange, description, disabled = false, touch = false }: SwitchProps) {
  const id = useId();
  return (
    <div className={classNames("relative flex items-start justify-between gap-4", touch && "min-h-12 py-2")}>
      <div className={classNames("flex flex-col gap-0.5", disabled && "opacity-50")}>
        {/* The label's after-image covers the row, so that a press anywhere counts. */}
        <label
          htmlFor={id}
          className={classNames(
            "font-medium text-ink after:absolute after:inset-0 after:content-['']",
            touch ? "text-base" : "text-sm",
            disabled ? "after:hidden" : "cursor-pointer",
          )}
        >
          {label}
        </label>
        {description !== undefined && (
          <p id={`${id}-description`} className="text-sm text-muted">
            {description}
          </p>
        )}
      </div>
      <span className={classNames("relative inline-flex shrink-0", touch ? "mt-0 h-7 w-12" : "mt-0.5 h-5 w-9")}>
        <input
          id={id}
          type="checkbox"
          role="switch"
          aria-checked={checked}
          checked={checked}
          disabled={disabled}
          aria-describedby={description === undefined ? undefined : `${id}-description`}
          onChange={(event) => onChange(event.target.checked)}
          className={classNames(
            "peer size-full appearance-none rounded-full border transition-colors disabled:opacity-50",
            "border-control bg-sunken checked:border-accent checked:bg-accent",
          )}
        />
        <span
          aria-hidden
          className={classNames(
            "pointer-events-none absolute rounded-full transition-transform",
            "bg-control peer-checked:bg-on-accent",
            touch
              ? "top-1 left-1 size-5 peer-checked:[transform:translateX(20px)]"
              : "top-[3px] left-[3px] size-3.5 peer-checked:[transform:translateX(16px)]",
          )}
        />
      </span>
    </div>
  );
}
