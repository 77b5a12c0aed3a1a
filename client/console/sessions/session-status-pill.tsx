import type { SessionStatus } from "@nexbasira/core/contract/session.ts";
import type { StatusKind } from "@nexbasira/ui/status.ts";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { CircleSlash, Clock, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";

const KINDS: Record<SessionStatus, StatusKind> = {
  pending: "info",
  active: "live",
  completed: "success",
  cancelled: "neutral",
  expired: "warning",
};

const ICONS: Partial<Record<SessionStatus, LucideIcon>> = { pending: Clock, cancelled: CircleSlash };

/** A session's status by colour and word. */
export function SessionStatusPill({ status }: { status: SessionStatus }) {
  const { t } = useTranslation("console");
  const icon = ICONS[status];
  return <StatusPill kind={KINDS[status]} label={t(`status.${status}`)} {...(icon && { icon })} />;
}
