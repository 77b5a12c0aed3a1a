import { CircleAlert, CircleCheck, CircleDashed, Info, type LucideIcon, Radio, TriangleAlert } from "lucide-react";

/** What a colour means, everywhere. */
export type StatusKind = "neutral" | "info" | "success" | "warning" | "danger" | "live";

export const STATUS_ICONS: Record<StatusKind, LucideIcon> = {
  neutral: CircleDashed,
  info: Info,
  success: CircleCheck,
  warning: TriangleAlert,
  danger: CircleAlert,
  live: Radio,
};

export const STATUS_TEXT: Record<StatusKind, string> = {
  neutral: "text-muted",
  info: "text-info-text",
  success: "text-success-text",
  warning: "text-warning-text",
  danger: "text-danger-text",
  live: "text-live",
};

export const STATUS_SURFACE: Record<StatusKind, string> = {
  neutral: "bg-hover text-muted",
  info: "bg-info-soft text-info-text",
  success: "bg-success-soft text-success-text",
  warning: "bg-warning-soft text-warning-text",
  danger: "bg-danger-soft text-danger-text",
  live: "bg-live text-on-live",
};
