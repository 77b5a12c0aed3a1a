import type { CaptureRecord } from "@nexbasira/ui/capture/capture-record.ts";
import type { StatusKind } from "@nexbasira/ui/status.ts";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { CircleCheck, CircleSlash, CloudUpload, type LucideIcon, Smartphone } from "lucide-react";
import { useTranslation } from "react-i18next";

const LOOKS: Record<CaptureRecord["state"], { kind: StatusKind; icon: LucideIcon }> = {
  saved: { kind: "neutral", icon: Smartphone },
  sending: { kind: "info", icon: CloudUpload },
  verified: { kind: "success", icon: CircleCheck },
  refused: { kind: "danger", icon: CircleSlash },
};

/** Where a capture is: on this phone, on its way, received and verified, or not taken. */
export function CaptureState({ record, progress }: { record: CaptureRecord; progress: number | undefined }) {
  const { t } = useTranslation("participant");
  const { kind, icon } = LOOKS[record.state];
  const percent = record.state === "sending" && progress !== undefined ? ` ${Math.round(progress * 100)} %` : "";
  return <StatusPill kind={kind} icon={icon} label={`${t(`state.${record.state}`)}${percent}`} />;
}

const REASONS = ["payload_too_large", "unsupported_media", "gone", "lost_on_device"] as const;

/** Why the server did not take it, and what then holds. */
export function RefusalReason({ record }: { record: CaptureRecord }) {
  const { t } = useTranslation("participant");
  if (record.state !== "refused") return null;
  const reason = REASONS.find((known) => known === record.refusal) ?? "other";
  return <p className="text-sm text-danger-text">{t(`refusal.${reason}`)}</p>;
}
