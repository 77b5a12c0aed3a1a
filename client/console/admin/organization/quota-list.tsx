import type { Quota, Quotas } from "@nexbasira/core/contract/organization.ts";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { formatDate, formatNumber, formatPercent, formatSize } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useId } from "react";
import { useTranslation } from "react-i18next";

const NAMES = ["sessions_per_month", "minutes_per_month", "storage_bytes", "members"] as const;

/** From here on it is said that little is left. */
const LITTLE_LEFT = 0.9;

/** What is used of each quota, as a bar and in words. */
export function QuotaList({ quotas, isOld }: { quotas: Quotas; isOld: boolean }) {
  return (
    <ul className={classNames("grid gap-x-8 gap-y-6 transition-opacity sm:grid-cols-2", isOld && "opacity-60")}>
      {NAMES.map((name) => (
        <QuotaRow key={name} name={name} quota={quotas[name]} />
      ))}
    </ul>
  );
}

function QuotaRow({ name, quota: { used, limit, resets_at } }: { name: (typeof NAMES)[number]; quota: Quota }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const id = useId();
  const amount = (value: number) =>
    name === "storage_bytes" ? formatSize(value, language) : formatNumber(value, language);
  const ratio = limit === null ? 0 : used >= limit ? 1 : used / limit;
  const isFull = limit !== null && ratio === 1;
  const words =
    limit === null
      ? t("admin.quotas.unlimited", { used: amount(used) })
      : t("admin.quotas.of", { used: amount(used), limit: amount(limit) });
  return (
    <li data-testid={`quota-${name}`} className="flex flex-col gap-1.5">
      <p id={id} className="text-sm text-muted">
        {t(`admin.quotas.${name}`)}
      </p>
      <p data-figures className="font-semibold text-ink">
        {words}
      </p>
      {limit !== null && (
        // biome-ignore lint/a11y/useSemanticElements: browsers draw a meter element each in their own way.
        <div
          role="meter"
          aria-labelledby={id}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(ratio * 100)}
          aria-valuetext={`${words}, ${formatPercent(ratio, language)}`}
          className="h-2 overflow-hidden rounded-full bg-hover"
        >
          <div
            className={classNames(
              "h-full min-w-1 rounded-full",
              isFull ? "bg-danger" : ratio >= LITTLE_LEFT ? "bg-warning-text" : "bg-accent",
            )}
            style={{ width: `${ratio * 100}%` }}
          />
        </div>
      )}
      {isFull && <p className="text-sm text-danger-text">{t(`admin.quotas.full_${name}`)}</p>}
      {!isFull && ratio >= LITTLE_LEFT && <p className="text-sm text-warning-text">{t("admin.quotas.little_left")}</p>}
      {limit !== null && resets_at !== null && (
        <p className="text-sm text-muted">{t("admin.quotas.resets", { date: formatDate(resets_at, language) })}</p>
      )}
    </li>
  );
}
