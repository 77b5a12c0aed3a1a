import { classNames } from "./class-names.ts";

/** "REC" and the time, over the picture while a recording runs. */
export function RecPill({ label, time, className }: { label: string; time: string; className?: string }) {
  return (
    <span
      className={classNames(
        "inline-flex h-7 items-center gap-2 rounded-full bg-live px-3 text-xs font-semibold text-on-live",
        className,
      )}
    >
      <span aria-hidden className="size-2 animate-breathe rounded-full bg-current" />
      {label}
      <span data-figures className="font-medium">
        {time}
      </span>
    </span>
  );
}
