import type { Gap } from "@nexbasira/core/contract/evidence.ts";
import { formatDuration } from "@nexbasira/ui/format.ts";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { useTranslation } from "react-i18next";

/** The reasons that the recording's worker declares. */
const REASONS = [
  "packets_lost",
  "connection_lost",
  "recorder_lost",
  "recorder_stopped",
  "write_failed",
  "journal_damaged",
] as const;
type Reason = (typeof REASONS)[number];

function isReason(reason: string): reason is Reason {
  return REASONS.some((known) => known === reason);
}

/** What is missing from a recording, and why, as declared in the evidence; or that nothing is. */
export function GapList({ gaps, parts }: { gaps: readonly Gap[]; parts: number }) {
  const { t } = useTranslation("console");
  return (
    <div className="flex flex-col items-start gap-2 px-4 pb-4 text-sm">
      {gaps.length === 0 ? (
        <StatusPill kind="success" label={t("recording.no_gaps")} />
      ) : (
        <StatusPill kind="warning" label={t("recording.gaps")} />
      )}
      {gaps.length > 0 && (
        <ul className="flex flex-col gap-1 text-muted">
          {gaps.map((gap) => (
            <li key={`${gap.stream}/${gap.from_ms}`}>
              <span data-figures className="mr-2 text-ink">
                {formatDuration(gap.from_ms)} – {formatDuration(gap.to_ms)}
              </span>
              {isReason(gap.reason) ? t(`recording.reasons.${gap.reason}`) : gap.reason}
              {(gap.stream === "video" || gap.stream === "audio") && ` (${t(`recording.streams.${gap.stream}`)})`}
            </li>
          ))}
        </ul>
      )}
      {parts > 1 && <p className="text-muted">{t("recording.parts", { number: parts })}</p>}
    </div>
  );
}
