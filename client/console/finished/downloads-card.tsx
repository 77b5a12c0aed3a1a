import type { SessionDetail } from "@nexbasira/core/contract/console.ts";
import { Card } from "@nexbasira/ui/card.tsx";
import { formatSize } from "@nexbasira/ui/format.ts";
import { Hash } from "@nexbasira/ui/hash.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { Archive, FileText, Film, type LucideIcon } from "lucide-react";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";

/** What can be taken away, each with its hash, and the hash of the audit log's newest entry. */
export function DownloadsCard({ detail }: { detail: SessionDetail }) {
  const { t } = useTranslation("console");
  const { evidence_file: file, recordings } = detail;
  const ready = recordings.filter(({ status }) => status === "ready");
  const nothing = file.pdf_url === null && file.bundle_url === null && ready.length === 0;
  return (
    <Card className="flex flex-col gap-3">
      <h2 className="text-base font-semibold">{t("downloads.title")}</h2>
      {file.deleted_at !== null && <p className="text-sm text-muted">{t("downloads.deleted")}</p>}
      {file.deleted_at === null && nothing && <p className="text-sm text-muted">{t("downloads.none")}</p>}
      <ul className="flex flex-col gap-3">
        {file.pdf_url !== null && (
          <Download
            icon={FileText}
            label={t("downloads.pdf")}
            url={file.pdf_url}
            size={file.pdf_size}
            sha256={file.pdf_sha256}
          />
        )}
        {file.bundle_url !== null && (
          <Download icon={Archive} label={t("downloads.bundle")} url={file.bundle_url} size={null} sha256={null} />
        )}
        {ready.map(({ id, mp4, content_url, size, sha256 }) => (
          <Fragment key={id}>
            {mp4 !== null && (
              <Download icon={Film} label={t("downloads.mp4")} url={mp4.url} size={mp4.size} sha256={mp4.sha256} />
            )}
            {content_url !== null && (
              <Download icon={Film} label={t("downloads.mkv")} url={content_url} size={size} sha256={sha256} />
            )}
          </Fragment>
        ))}
      </ul>
      {file.audit_chain_hash !== null && (
        <div className="flex flex-col gap-1 border-t border-line pt-3 text-sm">
          <p className="text-muted">{t("downloads.chain")}</p>
          <Hash value={file.audit_chain_hash} />
        </div>
      )}
    </Card>
  );
}

interface DownloadProps {
  icon: LucideIcon;
  label: string;
  url: string;
  size: number | null;
  sha256: string | null;
}

function Download({ icon: Icon, label, url, size, sha256 }: DownloadProps) {
  const language = useLanguage();
  return (
    <li className="flex items-start gap-3">
      <Icon size={20} aria-hidden className="mt-0.5 shrink-0 text-muted" />
      <div className="flex min-w-0 flex-col items-start gap-0.5">
        <a
          href={url}
          download
          className="flex min-h-6 flex-wrap items-center text-sm font-medium text-accent-text underline-offset-2 hover:underline"
        >
          {label}
          {size !== null && <span className="ml-2 font-normal text-muted">{formatSize(size, language)}</span>}
        </a>
        {sha256 !== null && <Hash value={sha256} short className="min-h-6 items-center" />}
      </div>
    </li>
  );
}
