import type { RetainedSession } from "@nexbasira/core/contract/retention.ts";
import { formatDate } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { FileX, type LucideIcon, Scale } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** What stands above all else: that the contents are gone, or that nothing of them may go. */
export function RetentionNotice({ retained }: { retained: RetainedSession }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const { evidence_deletion: deletion, legal_hold: hold, personal_data_erased_at: erased } = retained;
  if (deletion !== null) {
    return (
      <Notice
        icon={FileX}
        testId="deleted-notice"
        title={t(`retention.deleted_${deletion.by}`, { date: formatDate(deletion.at, language) })}
      >
        {t("retention.deleted_text")}
        {erased !== null && ` ${t("retention.erased", { date: formatDate(erased, language) })}`}
      </Notice>
    );
  }
  if (hold === null) return null;
  return (
    <Notice icon={Scale} testId="hold-notice" title={t("retention.held")}>
      {t("retention.held_text", { name: hold.by, date: formatDate(hold.since, language) })}
    </Notice>
  );
}

interface NoticeProps {
  icon: LucideIcon;
  testId: string;
  title: string;
  children: ReactNode;
}

function Notice({ icon: Icon, testId, title, children }: NoticeProps) {
  return (
    <div
      data-testid={testId}
      className="flex items-start gap-3 rounded-surface border border-line bg-warning-soft px-5 py-4 text-sm text-warning-text"
    >
      <Icon size={20} aria-hidden className="mt-0.5 shrink-0" />
      <div className="flex min-w-0 flex-col gap-0.5">
        <p className="font-semibold">{title}</p>
        <p className="break-words">{children}</p>
      </div>
    </div>
  );
}
