import type { SessionDetail } from "@nexbasira/core/contract/console.ts";
import { buttonClass } from "@nexbasira/ui/button.tsx";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { formatExactTime } from "@nexbasira/ui/format.ts";
import { Skeleton } from "@nexbasira/ui/skeleton.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { Download, FileClock, FileText, FileX, PenLine } from "lucide-react";
import { useTranslation } from "react-i18next";
import { AwaitedSigner } from "../signing/awaited-signer.tsx";
import { usePdf } from "./use-pdf.ts";

const FRAME = "w-full rounded-surface border border-line bg-base";
const TALL = "h-[min(80dvh,60rem)] min-h-96";

/** The signed PDF, inline where the browser shows PDFs; before it is there, what it waits for. */
export function ReportView({ detail }: { detail: SessionDetail }) {
  const { t } = useTranslation(["console", "common"]);
  const { evidence_file: file, session } = detail;
  const language = useLanguage();
  const canShow = navigator.pdfViewerEnabled;
  const pdf = usePdf(file.pdf_sha256, canShow ? file.pdf_url : null);
  if (file.deleted_at !== null) {
    return (
      <div className={`${FRAME} grid min-h-72 place-items-center`}>
        <EmptyState icon={FileX} title={t("retention.report_deleted")} text={t("retention.report_deleted_text")} />
      </div>
    );
  }
  if (file.pdf_url === null) {
    const failed = file.status === "failed";
    const { request } = detail.signing;
    if (request?.state === "waiting" || request?.state === "confirmed") {
      const { name, asked_at, expires_at, state } = request;
      const time = (at: string) => formatExactTime(at, language);
      return (
        <div data-testid="report-waits" data-state={state} className={`${FRAME} grid min-h-72 place-items-center`}>
          <EmptyState
            icon={PenLine}
            title={t(state === "waiting" ? "report.waits" : "report.waits_making", { name })}
            text={
              state === "waiting"
                ? `${t("signer.since", { time: time(asked_at) })} ${t("signer.until", { time: time(expires_at) })}`
                : t("report.waits_making_text")
            }
            action={state === "waiting" && <AwaitedSigner detail={detail} request={request} />}
          />
        </div>
      );
    }
    return (
      <div className={`${FRAME} grid min-h-72 place-items-center`}>
        <EmptyState
          icon={failed ? FileX : FileClock}
          title={failed ? t("report.failed") : t("report.pending")}
          text={failed ? t("report.failed_text") : t("report.pending_text")}
        />
      </div>
    );
  }
  if (!canShow || pdf.failed) {
    return (
      <div data-testid="pdf" className={`${FRAME} grid place-items-center`}>
        <EmptyState
          icon={FileText}
          title={t("report.ready")}
          text={canShow ? t("report.not_loaded") : t("report.not_inline")}
          action={
            <a href={file.pdf_url} download className={buttonClass("primary", "medium")}>
              <Download size={16} aria-hidden />
              {t("downloads.pdf")}
            </a>
          }
        />
      </div>
    );
  }
  if (pdf.url === undefined) {
    return (
      <div role="status" className={`${FRAME} ${TALL} p-6`}>
        <span className="sr-only">{t("common:loading")}</span>
        <Skeleton className="mx-auto h-full max-w-2xl" />
      </div>
    );
  }
  return (
    <iframe
      data-testid="pdf"
      src={`${pdf.url}#navpanes=0&view=FitH`}
      title={t("report.frame", { reference: session.reference })}
      className={`${FRAME} ${TALL}`}
    />
  );
}
