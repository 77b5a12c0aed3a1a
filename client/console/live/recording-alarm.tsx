import { CircleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

/** Stands below the bar for as long as the server cannot write the recording: what is lost, what is safe, what to do. */
export function RecordingAlarm() {
  const { t } = useTranslation("console");
  return (
    <div
      role="alert"
      data-testid="recording-alarm"
      className="flex shrink-0 items-start gap-3 border-b border-line bg-danger-soft px-4 py-2 text-sm text-danger-text"
    >
      <CircleAlert size={20} aria-hidden className="shrink-0" />
      <p>
        <strong className="font-semibold">{t("live.alarm")}</strong> {t("live.alarm_text")}
      </p>
    </div>
  );
}
