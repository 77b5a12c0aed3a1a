import type { Mode } from "@nexbasira/core/contract/session.ts";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { FlaskConical, Zap } from "lucide-react";
import { useTranslation } from "react-i18next";

/** Which inspections something is about: real ones, or those for trying. */
export function ModePill({ mode }: { mode: Mode }) {
  const { t } = useTranslation("console");
  const isLive = mode === "live";
  return (
    <StatusPill
      kind={isLive ? "info" : "neutral"}
      icon={isLive ? Zap : FlaskConical}
      label={t(`admin.modes.${mode}`)}
    />
  );
}
