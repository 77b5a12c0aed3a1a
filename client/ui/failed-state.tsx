import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

export interface FailedStateProps {
  /** What happened. */
  title: string;
  /** What is safe in spite of it. */
  safe?: ReactNode;
  /** What to do. */
  advice: ReactNode;
  action?: ReactNode;
  /** For support: a request's id. */
  reference?: string | undefined;
}

/** In the place of something that could not be done or loaded. Announced at once. */
export function FailedState({ title, safe, advice, action, reference }: FailedStateProps) {
  return (
    <div role="alert" className="mx-auto flex max-w-md flex-col items-center gap-2 px-4 py-10 text-center">
      <span className="mb-2 inline-flex size-12 items-center justify-center rounded-full bg-danger-soft text-danger-text">
        <TriangleAlert size={24} aria-hidden />
      </span>
      <p className="font-semibold text-ink">{title}</p>
      {safe !== undefined && <p className="text-sm text-ink">{safe}</p>}
      <p className="text-sm text-muted">{advice}</p>
      {action !== undefined && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
      {reference !== undefined && <p className="mt-2 font-mono text-xs text-subtle select-all">{reference}</p>}
    </div>
  );
}
