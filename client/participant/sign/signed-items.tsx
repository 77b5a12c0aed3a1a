import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import type { CaptureRecord } from "@nexbasira/ui/capture/capture-record.ts";
import { formatTime } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { Clapperboard, FileText, Image as ImageIcon, type LucideIcon, PencilRuler, Presentation } from "lucide-react";
import { useTranslation } from "react-i18next";
import { CapturePicture } from "../live/capture-list.tsx";

const ICONS: Record<EvidenceItem["kind"], LucideIcon> = {
  snapshot: ImageIcon,
  annotation: PencilRuler,
  whiteboard: Presentation,
  clip: Clapperboard,
  document: FileText,
};

/** What is signed: each item with its picture, kind and time, in one row that is pushed aside with a finger. */
export function SignedItems({
  items,
  records,
}: {
  items: readonly EvidenceItem[];
  /** This phone's own captures: their pictures are here before the server has made its own. */
  records: readonly CaptureRecord[];
}) {
  const { t } = useTranslation("participant");
  const language = useLanguage();
  if (items.length === 0) return <p className="text-muted">{t("sign.nothing")}</p>;
  return (
    <ul className="-mx-5 flex gap-2 overflow-x-auto px-5 pb-1">
      {items.map((item) => {
        const Icon = ICONS[item.kind];
        const own = records.find(({ sha256, thumbnail }) => sha256 === item.sha256 && thumbnail !== null);
        return (
          <li key={item.id} className="flex w-24 shrink-0 flex-col gap-0.5">
            <span className="flex aspect-4/3 items-center justify-center overflow-hidden rounded-control border border-line bg-hover text-muted">
              {item.thumbnail_url !== null ? (
                <img src={item.thumbnail_url} alt="" className="size-full object-cover" />
              ) : own !== undefined ? (
                <CapturePicture record={own} className="size-full" />
              ) : (
                <Icon size={24} aria-hidden />
              )}
            </span>
            <span className="truncate text-xs font-medium">
              {item.title ?? item.filename ?? t(`kind.${item.kind}`)}
            </span>
            <time className="text-xs text-muted" dateTime={item.captured_at}>
              {formatTime(item.captured_at, language, true)}
            </time>
          </li>
        );
      })}
    </ul>
  );
}
