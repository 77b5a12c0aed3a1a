import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import { buttonClass } from "@nexbasira/ui/button.tsx";
import { formatDuration, formatExactTime, formatNumber, formatPosition, formatSize } from "@nexbasira/ui/format.ts";
import { Hash } from "@nexbasira/ui/hash.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { frameOf } from "./standing-items.ts";

export interface ItemFactsProps {
  item: EvidenceItem;
  items: readonly EvidenceItem[];
  /** Goes to another item: what this one was made from. */
  onShow: (id: string) => void;
}

/** All that is known of an item: what it is, when, where, by whom, and its hash. */
export function ItemFacts({ item, items, onShow }: ItemFactsProps) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const origin = items.find(({ id }) => id === item.derived_from?.id);
  const frame = frameOf(item, items);
  return (
    <div className="flex flex-col gap-5">
      <dl className="flex flex-col gap-3.5 text-sm">
        <Fact name={t("facts.hash")}>
          <Hash value={item.sha256} />
        </Fact>
        <Fact name={t("facts.captured")}>{formatExactTime(item.captured_at, language)}</Fact>
        <Fact name={t("facts.received")}>{formatExactTime(item.received_at, language)}</Fact>
        {item.device_time !== null && (
          <Fact name={t("facts.device_time")}>
            {formatExactTime(item.device_time, language)}
            {item.clock_offset_ms !== null && (
              <span className="block text-muted">
                {t("facts.clock_offset", { seconds: formatNumber(item.clock_offset_ms / 1000, language, 3) })}
              </span>
            )}
          </Fact>
        )}
        <Fact name={t("facts.by")}>
          {item.captured_by.name} ({t(`roles.${item.captured_by.role}`)})
          {item.device_order !== null && (
            <span className="block text-muted">{t("facts.order", { number: item.device_order })}</span>
          )}
        </Fact>
        <Position item={item} />
        <Fact name={t("facts.file")}>
          <span className="break-words">{item.filename}</span>
          <span className="block">
            {item.media_type} · {formatSize(item.size, language)}
          </span>
          {item.width !== null && item.height !== null && (
            <span className="block">{t("facts.pixels", { width: item.width, height: item.height })}</span>
          )}
          {item.duration_ms !== null && <span className="block">{formatDuration(item.duration_ms)}</span>}
          {item.source !== null && <span className="block text-muted">{t(`facts.sources.${item.source}`)}</span>}
        </Fact>
        {item.provisional && <Fact name={t("facts.provisional")}>{t("facts.original_missing")}</Fact>}
        {frame !== undefined && (
          <Fact name={t("facts.provisional")}>
            {t("facts.superseded")}
            <span className="mt-1 block" data-testid="provisional-frame">
              <Hash value={frame.sha256} short className="min-h-6 items-center" />
            </span>
            {frame.deleted_at === null && (
              <a
                href={frame.content_url}
                download
                className="font-medium text-accent-text underline underline-offset-2"
              >
                {t("facts.download_frame")}
              </a>
            )}
          </Fact>
        )}
        {item.derived_from !== null && (
          <Fact name={t("facts.derived_from")}>
            {origin === undefined ? (
              item.derived_from.id
            ) : (
              <button
                type="button"
                onClick={() => onShow(origin.id)}
                className="font-medium text-accent-text underline underline-offset-2"
              >
                {t("facts.show_origin")}
              </button>
            )}
            <span className="mt-1 block">
              <Hash value={item.derived_from.sha256} short className="min-h-6 items-center" />
            </span>
          </Fact>
        )}
        <Fact name={t("facts.id")}>
          <span className="font-mono text-xs break-all text-muted select-all">{item.id}</span>
        </Fact>
      </dl>
      {item.deleted_at === null && (
        <a href={item.content_url} download className={buttonClass("secondary", "medium")}>
          <Download size={16} aria-hidden />
          {t("items.download")}
        </a>
      )}
    </div>
  );
}

function Position({ item }: { item: EvidenceItem }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  if (item.location === null && item.location_status === null) return null;
  return (
    <Fact name={t("facts.position")}>
      {item.location === null ? (
        t(`facts.no_position.${item.location_status ?? "unavailable"}`)
      ) : (
        <>
          {formatPosition(item.location, language)}
          <span className="block text-muted">
            {t("facts.accuracy", {
              meters: formatNumber(item.location.accuracy_m, language),
              seconds: formatNumber(item.location.age_s, language),
            })}
          </span>
        </>
      )}
    </Fact>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-0.5">
      <dt className="text-xs text-muted">{name}</dt>
      <dd data-figures>{children}</dd>
    </div>
  );
}
