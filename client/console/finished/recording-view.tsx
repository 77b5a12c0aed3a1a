import type { EvidenceItem, Recording } from "@nexbasira/core/contract/evidence.ts";
import { Card } from "@nexbasira/ui/card.tsx";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { formatDuration, formatTime } from "@nexbasira/ui/format.ts";
import { Progress } from "@nexbasira/ui/progress.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { Film, VideoOff } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ItemPicture } from "../items/item-picture.tsx";
import { useLastingUrl } from "../items/use-lasting-url.ts";
import { GapList } from "./gap-list.tsx";
import { marksOf, type RecordingMark, seekTimeOf } from "./recording-marks.ts";
import { RecordingTimeline } from "./recording-timeline.tsx";

/** One recording: its player with the captures on its time line, or how far it is. */
export function RecordingView({ recording, items }: { recording: Recording; items: readonly EvidenceItem[] }) {
  const { t } = useTranslation("console");
  if (recording.status === "failed") {
    return <EmptyState icon={VideoOff} title={t("recording.failed")} text={t("recording.failed_text")} />;
  }
  if (recording.deleted_at !== null) {
    return <EmptyState icon={VideoOff} title={t("recording.deleted")} text={t("recording.deleted_text")} />;
  }
  if (recording.mp4 === null || recording.duration_ms === null) {
    return (
      <Card className="flex flex-col gap-3">
        <p className="flex items-center gap-2 text-sm text-muted">
          <Film size={20} aria-hidden className="shrink-0" />
          {t("recording.processing_text")}
        </p>
        <Progress label={t("recording.processing")} value={recording.progress > 0 ? recording.progress : undefined} />
      </Card>
    );
  }
  return <RecordingPlayer recording={recording} mp4={recording.mp4} durationMs={recording.duration_ms} items={items} />;
}

interface RecordingPlayerProps {
  recording: Recording;
  mp4: NonNullable<Recording["mp4"]>;
  durationMs: number;
  items: readonly EvidenceItem[];
}

function RecordingPlayer({ recording, mp4, durationMs, items }: RecordingPlayerProps) {
  const { t } = useTranslation("console");
  const video = useRef<HTMLVideoElement>(null);
  const [playedMs, setPlayedMs] = useState(0);
  const url = useLastingUrl(mp4.sha256, mp4.url);
  const poster = useLastingUrl(mp4.sha256, recording.poster_url);
  const waveform = useLastingUrl(mp4.sha256, recording.waveform_url);
  const marks = marksOf(recording, items);
  const seek = (seconds: number) => {
    const player = video.current;
    if (player === null) return;
    player.currentTime = seconds;
    setPlayedMs(seconds * 1000);
    // The browser may refuse to start by itself; the player then stands at the place and waits for its own button.
    player.play().catch(() => undefined);
  };
  return (
    <Card padded={false} className="grid lg:grid-cols-[minmax(0,1fr)_18rem]">
      <div className="flex min-w-0 flex-col">
        {/* biome-ignore lint/a11y/useMediaCaption: what was said in a call has no captions. */}
        <video
          ref={video}
          data-testid="recording-player"
          controls
          playsInline
          preload="metadata"
          src={url ?? undefined}
          poster={poster ?? undefined}
          aria-label={t("recording.player")}
          onTimeUpdate={(event) => setPlayedMs(event.currentTarget.currentTime * 1000)}
          className="aspect-video max-h-[70dvh] w-full bg-black"
        />
        <RecordingTimeline
          durationMs={durationMs}
          playedMs={playedMs}
          waveformUrl={waveform}
          gaps={recording.gaps}
          marks={marks}
          onSeek={seek}
        />
        <GapList gaps={recording.gaps} parts={recording.parts} />
      </div>
      <MarkList marks={marks} onSeek={seek} />
    </Card>
  );
}

function MarkList({ marks, onSeek }: { marks: readonly RecordingMark[]; onSeek: (seconds: number) => void }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  return (
    // As high as the player beside it, however many captures there are.
    <div className="relative border-line max-lg:border-t lg:border-l">
      <div className="flex flex-col overflow-y-auto p-2 max-lg:max-h-80 lg:absolute lg:inset-0">
        <h3 className="px-2 py-1.5 text-sm font-medium text-muted">{t("recording.captures")}</h3>
        {marks.length === 0 && <p className="px-2 text-sm text-muted">{t("recording.no_captures")}</p>}
        <ul>
          {marks.map((mark) => (
            <li key={mark.item.id}>
              <button
                type="button"
                onClick={() => onSeek(seekTimeOf(mark))}
                className="flex w-full items-center gap-3 rounded-control p-2 text-left text-sm hover:bg-hover"
              >
                <ItemPicture item={mark.item} className="size-10 shrink-0 rounded-small" />
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{t(`kinds.${mark.item.kind}`)}</span>
                  <time dateTime={mark.item.captured_at} className="block text-muted">
                    {formatTime(mark.item.captured_at, language, true)}
                  </time>
                </span>
                <span data-figures className="text-muted">
                  {formatDuration(mark.atMs)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
