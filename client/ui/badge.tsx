import type { ReactNode } from "react";

/** A short word or a count beside something; it says nothing by colour. */
export function Badge({ children }: { children: ReactNode }) {
  return (
    <span
      data-figures
      className="inline-flex h-5 min-w-5 items-center justify-center rounded-full border border-line bg-sunken px-1.5 text-xs font-medium text-muted"
    >
      {children}
    </span>
  );
}
