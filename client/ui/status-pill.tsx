import type { LucideIcon } from "lucide-react";
import { classNames } from "./class-names.ts";
import { STATUS_ICONS, STATUS_SURFACE, type StatusKind } from "./status.ts";

export interface StatusPillProps {
  kind: StatusKind;
  /** Always a word, never the colour alone. */
  label: string;
  /** Another icon than the kind's own. */
  icon?: LucideIcon;
  className?: string;
}

/** A state by icon, word and colour. */
export function StatusPill({ kind, label, icon, className }: StatusPillProps) {
  const Icon = icon ?? STATUS_ICONS[kind];
  return (
    <span
      className={classNames(
        "inline-flex h-6 items-center gap-1.5 rounded-full pr-2.5 pl-2 text-xs font-medium whitespace-nowrap",
        STATUS_SURFACE[kind],
        className,
      )}
    >
      <Icon size={14} aria-hidden className="shrink-0" />
      {label}
    </span>
  );
}
