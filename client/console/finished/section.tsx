import type { ReactNode } from "react";

export interface SectionProps {
  id: string;
  title: string;
  count?: number;
  children: ReactNode;
}

/** A part of the finished session's page, reached by its anchor. */
export function Section({ id, title, count, children }: SectionProps) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className="flex min-w-0 flex-col gap-3">
      <h2 id={`${id}-title`} className="flex items-baseline gap-2 text-base font-semibold">
        {title}
        {count !== undefined && (
          <span data-figures className="text-sm font-normal text-muted">
            {count}
          </span>
        )}
      </h2>
      {children}
    </section>
  );
}
