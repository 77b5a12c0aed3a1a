import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export interface StageMessageProps {
  icon: LucideIcon;
  title: string;
  text: ReactNode;
  action?: ReactNode;
  testId?: string;
}

/** In the place of the picture while there is none: why, and what happens next. */
export function StageMessage({ icon: Icon, title, text, action, testId }: StageMessageProps) {
  return (
    <div
      role="status"
      data-testid={testId}
      className="flex min-h-0 flex-1 flex-col items-center justify-center gap-2 overflow-y-auto p-6 text-center"
    >
      <span className="mb-2 inline-flex size-12 shrink-0 items-center justify-center rounded-full bg-hover text-muted">
        <Icon size={24} aria-hidden />
      </span>
      <p className="text-lg font-semibold">{title}</p>
      <p className="max-w-md text-sm text-muted">{text}</p>
      {action !== undefined && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
