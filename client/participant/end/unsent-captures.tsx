import type { CaptureQueue } from "@nexbasira/ui/capture/capture-queue.ts";
import { summarize } from "@nexbasira/ui/capture/sending.ts";
import { useCaptures } from "@nexbasira/ui/capture/use-captures.ts";
import { Progress } from "@nexbasira/ui/progress.tsx";
import { CircleCheck } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { StorageWarning } from "../live/capture-list.tsx";
import { RefusalReason } from "../live/capture-state.tsx";
import { useOnline } from "../live/use-online.ts";

/** What this phone still has to send after the session, until there is nothing left. */
export function UnsentCaptures({ queue, onEmpty }: { queue: CaptureQueue; onEmpty: () => void }) {
  const { t } = useTranslation("participant");
  const captures = useCaptures(queue);
  const online = useOnline();
  const { total, waiting, verified, refused } = summarize(captures.records);
  const empty = captures.loaded && waiting === 0;
  useEffect(() => {
    if (empty) onEmpty();
  }, [empty, onEmpty]);
  if (total === 0) return null;
  return (
    <div data-testid="unsent" data-waiting={waiting} className="flex flex-col gap-3 text-ink">
      {waiting > 0 ? (
        <>
          <Progress
            label={t("end.sending")}
            value={(verified + Object.values(captures.progress).reduce((sum, share) => sum + share, 0)) / total}
            detail={t("end.sent_of", { sent: verified, total })}
          />
          <p className="text-sm text-muted">{online ? t("end.keep_open") : t("end.offline")}</p>
          <StorageWarning captures={captures} />
        </>
      ) : (
        refused === 0 && (
          <p className="flex items-center gap-2 font-medium text-success-text">
            <CircleCheck size={20} aria-hidden className="shrink-0" />
            {t("end.all_sent", { count: verified })}
          </p>
        )
      )}
      {captures.records
        .filter(({ state }) => state === "refused")
        .map((record) => (
          <div key={record.capture_id}>
            <p className="text-sm font-medium">
              {record.filename ?? t("stack.photo", { number: record.device_order })}
            </p>
            <RefusalReason record={record} />
          </div>
        ))}
    </div>
  );
}
