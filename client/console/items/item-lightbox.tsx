import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import { IconButton } from "@nexbasira/ui/icon-button.tsx";
import { ChevronLeft, ChevronRight, X } from "lucide-react";
import * as RadixDialog from "radix-ui/dialog";
import type { KeyboardEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ItemFacts } from "./item-facts.tsx";
import { ItemView } from "./item-view.tsx";
import { originalOf, standingItems } from "./standing-items.ts";

export interface ItemLightboxProps {
  items: readonly EvidenceItem[];
  /** The item shown; undefined closes it. */
  openId: string | undefined;
  onOpenChange: (id: string | undefined) => void;
  /** What else can be done with the item shown. */
  action?: (item: EvidenceItem) => ReactNode;
}

/** One item at a time, as large as the window, with its facts beside it. The arrow keys go through all items. */
export function ItemLightbox({ items, openId, onOpenChange, action }: ItemLightboxProps) {
  const { t } = useTranslation(["console", "common"]);
  const shown = standingItems(items);
  const asked = items.find(({ id }) => id === openId);
  // A provisional frame that is looked at gives way to its original when that comes.
  const item = asked && (originalOf(asked, items) ?? asked);
  const index = shown.findIndex(({ id }) => id === item?.id);
  const show = (step: number) => {
    const next = shown[index + step];
    if (next !== undefined) onOpenChange(next.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // A player takes the arrow keys for itself.
    if (event.target instanceof HTMLMediaElement) return;
    if (event.key === "ArrowLeft") show(-1);
    if (event.key === "ArrowRight") show(1);
  };
  return (
    <RadixDialog.Root open={item !== undefined} onOpenChange={() => onOpenChange(undefined)}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 animate-appear bg-scrim" />
        <RadixDialog.Content
          aria-describedby={undefined}
          onKeyDown={onKeyDown}
          data-testid="lightbox"
          className="fixed inset-0 z-40 flex flex-col bg-base outline-none lg:inset-4 lg:rounded-surface lg:shadow-float"
        >
          {item !== undefined && (
            <>
              <header className="flex shrink-0 items-center gap-2 border-b border-line px-4 py-2">
                <RadixDialog.Title className="min-w-0 flex-1 truncate text-base font-semibold">
                  {item.title ?? item.filename ?? t(`kinds.${item.kind}`)}
                </RadixDialog.Title>
                {action?.(item)}
                <span data-figures className="text-sm text-muted">
                  {index + 1} / {shown.length}
                </span>
                <IconButton
                  icon={ChevronLeft}
                  label={t("items.previous")}
                  disabled={index === 0}
                  onClick={() => show(-1)}
                />
                <IconButton
                  icon={ChevronRight}
                  label={t("items.next")}
                  disabled={index === shown.length - 1}
                  onClick={() => show(1)}
                />
                <RadixDialog.Close asChild>
                  <IconButton icon={X} label={t("common:close")} />
                </RadixDialog.Close>
              </header>
              <div className="flex min-h-0 flex-1 flex-col overflow-y-auto lg:flex-row lg:overflow-hidden">
                <ItemView item={item} />
                <div className="shrink-0 border-line p-5 max-lg:border-t lg:w-96 lg:overflow-y-auto lg:border-l">
                  <ItemFacts item={item} items={items} onShow={onOpenChange} />
                </div>
              </div>
            </>
          )}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
