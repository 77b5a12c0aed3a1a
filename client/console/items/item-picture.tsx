import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { Skeleton } from "@nexbasira/ui/skeleton.tsx";
import { FileWarning, FileX } from "lucide-react";
import { ITEM_ICONS } from "./item-kind.ts";

/** An item's small picture; its kind's icon where there is none, a warning where it cannot be shown. */
export function ItemPicture({ item, className }: { item: EvidenceItem; className?: string }) {
  const Icon = item.deleted_at !== null ? FileX : item.problem === null ? ITEM_ICONS[item.kind] : FileWarning;
  if (item.thumbnail_url !== null) {
    return (
      <img
        src={item.thumbnail_url}
        alt=""
        loading="lazy"
        decoding="async"
        className={classNames("bg-hover object-cover", className)}
      />
    );
  }
  const isComing = item.deleted_at === null && item.problem === null && item.kind !== "document";
  return (
    <span className={classNames("relative inline-flex items-center justify-center bg-hover text-muted", className)}>
      {isComing && <Skeleton className="absolute inset-0 rounded-none!" />}
      <Icon size={20} aria-hidden className="relative" />
    </span>
  );
}
