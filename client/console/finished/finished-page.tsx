import type { SessionDetail } from "@nexbasira/core/contract/console.ts";
import { buttonClass } from "@nexbasira/ui/button.tsx";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { Download, VideoOff } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ItemLightbox } from "../items/item-lightbox.tsx";
import { Positions } from "../items/positions.tsx";
import { standingItems } from "../items/standing-items.ts";
import { SessionHeading } from "../session/session-heading.tsx";
import { AnchorsCard } from "./anchors-card.tsx";
import { AuditTable } from "./audit-table.tsx";
import { DownloadsCard } from "./downloads-card.tsx";
import { ItemGrid } from "./item-grid.tsx";
import { PeopleCard } from "./people-card.tsx";
import { PositionList } from "./position-list.tsx";
import { RecordingView } from "./recording-view.tsx";
import { ReportView } from "./report-view.tsx";
import { RetentionCard } from "./retention-card.tsx";
import { RetentionNotice } from "./retention-notice.tsx";
import { Section } from "./section.tsx";
import { SignatureCard } from "./signature-card.tsx";
import { Stages } from "./stages.tsx";
import { Transcript } from "./transcript.tsx";
import { VerdictCard } from "./verdict-card.tsx";

/** What came of an inspection: how far the report is, the report, and all that it is made from. */
export default function FinishedPage({ detail }: { detail: SessionDetail }) {
  const { t } = useTranslation("console");
  const [openId, setOpenId] = useState<string>();
  const { session, recordings, evidence_file: file } = detail;
  const all = useMemo(
    () => detail.items.toSorted((a, b) => a.captured_at.localeCompare(b.captured_at) || a.id.localeCompare(b.id)),
    [detail.items],
  );
  const items = useMemo(() => standingItems(all), [all]);
  return (
    <div className="mx-auto flex max-w-[100rem] flex-col gap-6 p-4 sm:p-6">
      <SessionHeading
        session={session}
        actions={
          file.pdf_url !== null && (
            <a href={file.pdf_url} download className={buttonClass("primary", "medium")}>
              <Download size={16} aria-hidden />
              {t("downloads.pdf")}
            </a>
          )
        }
      />
      <RetentionNotice retained={detail.retained} />
      <Stages detail={detail} />
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <Section id="report" title={t("report.title")}>
          <ReportView detail={detail} />
        </Section>
        <div className="grid items-start gap-4 md:grid-cols-2 xl:grid-cols-1 xl:pt-9">
          <SignatureCard detail={detail} />
          <VerdictCard file={file} />
          <AnchorsCard anchors={file.anchors} />
          <DownloadsCard detail={detail} />
          <RetentionCard detail={detail} />
          <PeopleCard people={detail.people} />
        </div>
      </div>
      <Section id="recording" title={t("recording.title")}>
        {recordings.length === 0 && (
          <EmptyState
            icon={VideoOff}
            title={t("recording.none")}
            text={session.recording ? t("recording.none_refused") : t("recording.none_off")}
          />
        )}
        {recordings.map((recording) => (
          <RecordingView key={recording.id} recording={recording} items={items} />
        ))}
      </Section>
      <Section id="items" title={t("items.title")} count={items.length}>
        <ItemGrid items={items} onOpen={setOpenId} />
      </Section>
      <Section id="positions" title={t("positions.title")}>
        <div className="grid items-start gap-4 lg:grid-cols-[28rem_minmax(0,1fr)]">
          <Positions session={session} items={items} openId={openId} onOpen={setOpenId} />
          <PositionList items={items} onOpen={setOpenId} />
        </div>
      </Section>
      {detail.chat.length > 0 && (
        <Section id="chat" title={t("chat.title", { ns: "common" })} count={detail.chat.length}>
          <Transcript messages={detail.chat} />
        </Section>
      )}
      <Section id="audit" title={t("audit.title")} count={detail.audit_entries.length}>
        <AuditTable entries={detail.audit_entries} people={detail.people} />
      </Section>
      <ItemLightbox items={all} openId={openId} onOpenChange={setOpenId} />
    </div>
  );
}
