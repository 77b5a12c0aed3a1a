import { useId } from "react";
import { classNames } from "./class-names.ts";

export interface ProgressProps {
  /** What is under way. */
  label: string;
  /** From 0 to 1; undefined while nobody knows. */
  value?: number | undefined;
  /** What is shown at the right: "3 of 12", "1.2 MB of 4 MB". A percentage if not given. */
  detail?: string;
  /** The bar alone; the label is still read out. */
  bare?: boolean;
}

export function Progress({ label, value, detail, bare = false }: ProgressProps) {
  const id = useId();
  const percent = value === undefined ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div className="flex flex-col gap-1.5">
      <div className={classNames("flex justify-between gap-3 text-sm", bare && "sr-only")}>
        <span id={id} className="text-ink">
          {label}
        </span>
        <span data-figures className="text-muted">
          {detail ?? (percent === undefined ? "" : `${percent} %`)}
        </span>
      </div>
      <div
        role="progressbar"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={detail}
        className="h-1.5 overflow-hidden rounded-full bg-hover"
      >
        <div
          className={classNames(
            "h-full rounded-full bg-accent transition-[width]",
            percent === undefined && "w-2/5 animate-breathe",
          )}
          style={percent === undefined ? undefined : { width: `${percent}%` }}
        />
      </div>
    </div>
  );
}
