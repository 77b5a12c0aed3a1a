import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import { buttonClass } from "@nexbasira/ui/button.tsx";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { formatDate } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { Download, FileText, FileWarning, FileX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLastingUrl } from "./use-lasting-url.ts";

/** An item as large as there is room: the picture, the clip's player, or a way to open the file. */
export function ItemView({ item }: { item: EvidenceItem }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const content = useLastingUrl(item.id, item.content_url);
  const preview = useLastingUrl(`${item.id}/${item.preview_url !== null}`, item.preview_url);
  if (item.deleted_at !== null) {
    return (
      <Frame>
        <EmptyState
          icon={FileX}
          title={t("items.deleted", { date: formatDate(item.deleted_at, language) })}
          text={t("items.deleted_text")}
        />
      </Frame>
    );
  }
  if (item.problem !== null) {
    return (
      <Frame>
        <EmptyState
          icon={FileWarning}
          title={t("items.problem")}
          text={`${item.problem.message} ${t("items.problem_kept")}`}
          action={<OpenOriginal url={item.content_url} />}
        />
      </Frame>
    );
  }
  if (item.media_type.startsWith("video/") && content !== null) {
    return (
      <Frame>
        {/* biome-ignore lint/a11y/useMediaCaption: what was said in a call has no captions. */}
        <video
          key={item.id}
          controls
          playsInline
          src={content}
          poster={preview ?? undefined}
          className="max-h-full max-w-full"
        />
      </Frame>
    );
  }
  const picture = preview ?? (item.media_type.startsWith("image/") ? content : null);
  if (picture !== null) {
    return (
      <Frame>
        <img src={picture} alt={t(`kinds.${item.kind}`)} className="max-h-full max-w-full object-contain" />
      </Frame>
    );
  }
  return (
    <Frame>
      <EmptyState
        icon={FileText}
        title={item.filename ?? t(`kinds.${item.kind}`)}
        text={t("items.no_preview")}
        action={<OpenOriginal url={item.content_url} />}
      />
    </Frame>
  );
}

/** Dark in both themes, as every picture's surround. */
function Frame({ children }: { children: React.ReactNode }) {
  return (
    <div
      data-theme="dark"
      className="flex min-h-72 min-w-0 flex-1 items-center justify-center bg-sunken max-lg:h-[55dvh] max-lg:shrink-0 lg:rounded-bl-surface"
    >
      {children}
    </div>
  );
}

function OpenOriginal({ url }: { url: string }) {
  const { t } = useTranslation("console");
  return (
    <a href={url} download className={buttonClass("secondary", "medium")}>
      <Download size={16} aria-hidden />
      {t("items.download")}
    </a>
  );
}
