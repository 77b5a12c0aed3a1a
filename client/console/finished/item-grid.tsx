import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { formatTime } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { CloudAlert, Images, MapPin, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ItemPicture } from "../items/item-picture.tsx";

/** All that was captured, in the order of capture. A click shows one large, with all that is known of it. */
export function ItemGrid({ items, onOpen }: { items: readonly EvidenceItem[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation("console");
  if (items.length === 0) return <EmptyState icon={Images} title={t("items.empty")} text={t("items.empty_text")} />;
  return (
    <ul
      data-testid="items"
      className="grid grid-cols-[repeat(auto-fill,minmax(min(11rem,100%),1fr))] gap-3 max-sm:grid-cols-2"
    >
      {items.map((item) => (
        <li key={item.id}>
          <ItemCard item={item} onOpen={() => onOpen(item.id)} />
        </li>
      ))}
    </ul>
  );
}

function ItemCard({ item, onOpen }: { item: EvidenceItem; onOpen: () => void }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  return (
    <button
      type="button"
      data-testid="item"
      data-kind={item.kind}
      data-id={item.id}
      onClick={onOpen}
      className="group flex w-full flex-col overflow-hidden rounded-surface border border-line bg-base text-left transition-colors hover:border-control"
    >
      <ItemPicture item={item} className="aspect-4/3 w-full" />
      <span className="flex w-full flex-col gap-0.5 px-3 py-2.5 text-sm">
        <span className="flex items-center justify-between gap-2">
          <span className="truncate font-medium">{item.title ?? item.filename ?? t(`kinds.${item.kind}`)}</span>
          {item.provisional && (
            <CloudAlert size={16} aria-label={t("facts.provisional")} className="shrink-0 text-warning-text" />
          )}
          {item.problem !== null && (
            <TriangleAlert size={16} aria-label={t("items.problem")} className="shrink-0 text-warning-text" />
          )}
          {item.location !== null && (
            <MapPin size={16} aria-label={t("items.has_position")} className="shrink-0 text-subtle" />
          )}
        </span>
        <span className="flex justify-between gap-2 text-muted">
          <time dateTime={item.captured_at} className="shrink-0">
            {formatTime(item.captured_at, language, true)}
          </time>
          <span className="truncate">{item.captured_by.name}</span>
        </span>
      </span>
    </button>
  );
}
