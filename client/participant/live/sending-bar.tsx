import type { Sending } from "@nexbasira/ui/room/room-media.ts";
import { Gauge } from "lucide-react";
import { useTranslation } from "react-i18next";

/** While less than the whole picture is sent: why, and what goes on all the same. */
export function SendingBar({ sending, visible }: { sending: Sending | null; visible: boolean }) {
  const { t } = useTranslation("participant");
  if (!visible || sending === null || sending.level === "full" || sending.reason === null) return null;
  return (
    <p
      role="status"
      data-testid="sending"
      data-level={sending.level}
      data-reason={sending.reason}
      className="relative mr-30 flex items-start gap-3 rounded-surface bg-black/65 px-4 py-3 text-sm text-white"
    >
      <Gauge size={20} aria-hidden className="shrink-0" />
      <span>
        <strong className="font-semibold">{t(`sending.reason.${sending.reason}`)}</strong>{" "}
        {t(`sending.level.${sending.level}`)}
      </span>
    </p>
  );
}
