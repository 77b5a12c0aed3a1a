import { Button } from "@nexbasira/ui/button.tsx";
import { IconButton } from "@nexbasira/ui/icon-button.tsx";
import { type LucideIcon, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export interface RequestCardProps {
  icon: LucideIcon;
  title: string;
  text: string;
  testId: string;
  /** The one thing to press; an `input` covers the button and has its own name. */
  action: { label: string; onPress: () => void } | { label: string; input: ReactNode };
  onDismiss?: () => void;
}

/** What the inspector asks of the person: one sentence, one button. */
export function RequestCard({ icon: Icon, title, text, testId, action, onDismiss }: RequestCardProps) {
  const { t } = useTranslation();
  return (
    <div
      role="alert"
      data-testid={testId}
      className="pointer-events-auto flex w-full max-w-md animate-rise flex-col gap-3 rounded-surface bg-raised p-4 text-ink shadow-float"
    >
      <div className="flex items-start gap-3">
        <Icon size={22} aria-hidden className="mt-0.5 shrink-0 text-accent-text" />
        <div className="min-w-0 flex-1">
          <p className="font-semibold">{title}</p>
          <p dir="auto" className="line-clamp-4 text-sm break-words text-muted">
            {text}
          </p>
        </div>
        {onDismiss !== undefined && (
          <IconButton icon={X} size="touch" label={t("close")} onClick={onDismiss} className="-mt-2 -mr-2" />
        )}
      </div>
      {"onPress" in action ? (
        <Button variant="primary" size="large" block onClick={action.onPress} data-testid={`${testId}-action`}>
          {action.label}
        </Button>
      ) : (
        <div className="relative flex min-h-14 items-center justify-center rounded-control bg-accent px-6 font-semibold text-on-accent focus-within:outline-2 focus-within:outline-offset-2">
          <span aria-hidden>{action.label}</span>
          {action.input}
        </div>
      )}
    </div>
  );
}
