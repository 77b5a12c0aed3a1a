import { classNames } from "@nexbasira/ui/class-names.ts";

/** The product's sign: a viewfinder around a fixed point. */
export function Sign({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={classNames("shrink-0", className)}>
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <g fill="none" strokeWidth="2.5" strokeLinecap="round" className="stroke-on-accent">
        <path d="M8 12V9.5A1.5 1.5 0 0 1 9.5 8H12M20 8h2.5A1.5 1.5 0 0 1 24 9.5V12M24 20v2.5a1.5 1.5 0 0 1-1.5 1.5H20M12 24H9.5A1.5 1.5 0 0 1 8 22.5V20" />
        <path d="m12.5 16.2 2.6 2.6 4.6-5.2" strokeLinejoin="round" />
      </g>
    </svg>
  );
}

export function Wordmark({ className }: { className?: string }) {
  return (
    <span className={classNames("inline-flex items-center gap-2.5 font-semibold tracking-tight text-ink", className)}>
      <Sign className="size-7" />
      NexBasira
    </span>
  );
}
