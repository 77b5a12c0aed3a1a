import type { QueueSnapshot } from "@nexbasira/ui/capture/capture-queue.ts";
import type { CaptureRecord } from "@nexbasira/ui/capture/capture-record.ts";
import { summarize } from "@nexbasira/ui/capture/sending.ts";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { formatSize, formatTime } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { Camera, FileText, Image as ImageIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { CaptureState, RefusalReason } from "./capture-state.tsx";
import { useObjectUrl } from "./use-object-url.ts";

/** What was taken on this phone, the newest first, each with its state. */
export function CaptureList({ captures }: { captures: QueueSnapshot }) {
  const { t } = useTranslation("participant");
  if (captures.records.length === 0) {
    return <EmptyState icon={Camera} title={t("stack.empty")} text={t("stack.empty_text")} />;
  }
  return (
    <>
      <StorageWarning captures={captures} />
      <ul className="flex flex-col divide-y divide-line">
        {[...captures.records].reverse().map((record) => (
          <CaptureRow key={record.capture_id} record={record} progress={captures.progress[record.capture_id]} />
        ))}
      </ul>
    </>
  );
}

/** While something is still to be sent: what the phone does not promise to keep. */
export function StorageWarning({ captures }: { captures: QueueSnapshot }) {
  const { t } = useTranslation("participant");
  const { waiting } = summarize(captures.records);
  if (waiting === 0 || !(captures.volatile || captures.evictable)) return null;
  return (
    <p data-testid="storage-warning" className="text-sm text-warning-text">
      {captures.volatile ? t("stack.volatile") : t("stack.evictable")}
    </p>
  );
}

function CaptureRow({ record, progress }: { record: CaptureRecord; progress: number | undefined }) {
  const { t } = useTranslation("participant");
  const language = useLanguage();
  const name = record.kind === "document" ? record.filename : t("stack.photo", { number: record.device_order });
  return (
    <li className="flex items-center gap-3 py-3" data-testid="capture" data-state={record.state}>
      <CapturePicture record={record} className="size-14 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-col items-start gap-1">
        <div className="flex w-full items-baseline justify-between gap-2">
          <span className="truncate font-medium">{name}</span>
          <span className="shrink-0 text-sm text-muted" data-figures>
            {formatTime(record.device_time, language, true)}
          </span>
        </div>
        <div className="flex w-full flex-wrap items-center gap-2">
          <CaptureState record={record} progress={progress} />
          <span className="text-sm text-muted" data-figures>
            {formatSize(record.size, language)}
          </span>
        </div>
        <RefusalReason record={record} />
      </div>
    </li>
  );
}

/** A capture's small picture, or a sign of what it is. */
export function CapturePicture({ record, className }: { record: CaptureRecord; className: string }) {
  const url = useObjectUrl(record.thumbnail);
  const Icon = record.kind === "document" ? FileText : ImageIcon;
  return (
    <span
      className={`inline-flex items-center justify-center overflow-hidden rounded-control bg-hover text-muted ${className}`}
    >
      {url === null ? <Icon size={22} aria-hidden /> : <img src={url} alt="" className="size-full object-cover" />}
    </span>
  );
}
