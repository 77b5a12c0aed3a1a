import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export interface EmptyStateProps {
  icon: LucideIcon;
  /** What would be here. */
  title: string;
  /** How it gets here. */
  text: ReactNode;
  action?: ReactNode;
}

/** In the place of a list that has nothing yet. */
export function EmptyState({ icon: Icon, title, text, action }: EmptyStateProps) {
  return (
    <div className="mx-auto flex max-w-sm flex-col items-center gap-2 px-4 py-10 text-center">
      <span className="mb-2 inline-flex size-12 items-center justify-center rounded-full bg-hover text-muted">
        <Icon size={24} aria-hidden />
      </span>
      <p className="font-semibold text-ink">{title}</p>
      <p className="text-sm text-muted">{text}</p>
      {action !== undefined && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
