import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

/** How a control that is written in or chosen from looks. */
export function controlClass(invalid: boolean, touch: boolean): string {
  return classNames(
    "w-full rounded-control border bg-base text-ink transition-colors placeholder:text-subtle",
    "disabled:bg-sunken disabled:text-subtle",
    // Safari zooms into a field whose text is smaller than 16 pixels.
    touch ? "min-h-12 px-4 text-base" : "min-h-9 px-3 text-base sm:text-sm",
    invalid ? "border-danger-text" : "border-control hover:border-muted",
  );
}

export interface FieldProps {
  /** The control's id. */
  id: string;
  label: string;
  hint?: ReactNode;
  /** What is wrong and how to mend it. */
  error?: string | undefined;
  /** A word beside the label, such as "optional". */
  aside?: string;
  children: ReactNode;
}

/** The ids a control needs in `aria-describedby`. */
export function describedBy(id: string, hint: ReactNode, error: string | undefined): string | undefined {
  return classNames(hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`) || undefined;
}

/** A control's label, hint and error around it. */
export function Field({ id, label, hint, error, aside, children }: FieldProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="text-sm font-medium text-ink">
          {label}
        </label>
        {aside !== undefined && <span className="text-xs text-subtle">{aside}</span>}
      </div>
      {children}
      {error !== undefined && (
        <p id={`${id}-error`} className="flex items-start gap-1.5 text-sm text-danger-text">
          <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}
