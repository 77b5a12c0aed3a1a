import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import { Card } from "@nexbasira/ui/card.tsx";
import { formatNumber, formatPosition, formatTime } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useTranslation } from "react-i18next";
import { ItemPicture } from "../items/item-picture.tsx";

/** Every capture of a device with its position, or why it has none. */
export function PositionList({ items, onOpen }: { items: readonly EvidenceItem[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const placed = items.filter((item) => item.location !== null || item.location_status !== null);
  if (placed.length === 0) return <p className="text-sm text-muted">{t("positions.none")}</p>;
  return (
    <Card padded={false} className="max-h-96 overflow-y-auto">
      <ul className="divide-y divide-line">
        {placed.map((item) => (
          <li key={item.id}>
            <button
              type="button"
              onClick={() => onOpen(item.id)}
              className="flex w-full flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 text-left text-sm hover:bg-hover"
            >
              <ItemPicture item={item} className="h-9 w-12 shrink-0 rounded-small" />
              <span className="w-32">
                <span className="block font-medium">{t(`kinds.${item.kind}`)}</span>
                <time dateTime={item.captured_at} className="block text-muted">
                  {formatTime(item.captured_at, language, true)}
                </time>
              </span>
              {item.location === null ? (
                <span className="text-muted">{t(`facts.no_position.${item.location_status ?? "unavailable"}`)}</span>
              ) : (
                <span data-figures>
                  {formatPosition(item.location, language)}
                  <span className="block text-muted">
                    {t("facts.accuracy", {
                      meters: formatNumber(item.location.accuracy_m, language),
                      seconds: formatNumber(item.location.age_s, language),
                    })}
                  </span>
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
