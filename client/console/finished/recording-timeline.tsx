import type { Gap } from "@nexbasira/core/contract/evidence.ts";
import { formatDuration } from "@nexbasira/ui/format.ts";
import type { MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import { type RecordingMark, seekTimeOf, spanOfGap } from "./recording-marks.ts";

export interface RecordingTimelineProps {
  durationMs: number;
  playedMs: number;
  /** How loud it is over its time, drawn as wide as it is asked for; null where it was not drawn. */
  waveformUrl: string | null;
  gaps: readonly Gap[];
  marks: readonly RecordingMark[];
  onSeek: (seconds: number) => void;
}

/**
 * The recording's time line with its sound, its gaps and a mark for each capture. For the mouse: the player's own controls and the
 * list of captures do the same for the keyboard and the screen reader.
 */
export function RecordingTimeline(props: RecordingTimelineProps) {
  const { durationMs, playedMs, waveformUrl, gaps, marks, onSeek } = props;
  const { t } = useTranslation("console");
  const percent = (ms: number) => `${(Math.min(ms, durationMs) / durationMs) * 100}%`;
  const seekHere = (event: MouseEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    onSeek((((event.clientX - left) / width) * durationMs) / 1000);
  };
  return (
    <div aria-hidden className="flex flex-col gap-1 px-4 pt-3 pb-4">
      {waveformUrl !== null && (
        // biome-ignore lint/a11y/noStaticElementInteractions: as below.
        // biome-ignore lint/a11y/useKeyWithClickEvents: as below.
        <div
          data-testid="recording-waveform"
          className="relative h-10 cursor-pointer bg-subtle"
          style={{ mask: `url("${waveformUrl}") 0 0 / 100% 100% no-repeat` }}
          onClick={seekHere}
        >
          <div className="h-full bg-accent-text" style={{ width: percent(playedMs) }} />
        </div>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: hidden from the keyboard and the screen reader on purpose. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above. */}
      <div className="relative h-8 cursor-pointer" onClick={seekHere}>
        <div className="absolute inset-x-0 top-3 h-2 overflow-hidden rounded-full bg-hover">
          <div className="h-full bg-accent" style={{ width: percent(playedMs) }} />
          {gaps.map((gap) => {
            const { left, width } = spanOfGap(gap, durationMs);
            return (
              <div
                key={`${gap.stream}/${gap.from_ms}`}
                title={`${t("recording.gap")}: ${gap.reason}`}
                className="absolute inset-y-0 bg-warning-text"
                style={{ left: `${left}%`, width: `${width}%` }}
              />
            );
          })}
        </div>
        {marks.map((mark) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: as above.
          // biome-ignore lint/a11y/useKeyWithClickEvents: as above.
          <div
            key={mark.item.id}
            data-testid="recording-mark"
            title={`${t(`kinds.${mark.item.kind}`)} · ${formatDuration(mark.atMs)}`}
            onClick={(event) => {
              event.stopPropagation();
              onSeek(seekTimeOf(mark));
            }}
            className="group absolute inset-y-0 flex w-3 -translate-x-1/2 justify-center"
            style={{ left: percent(mark.atMs) }}
          >
            <span className="my-1 w-1 rounded-full bg-ink ring-2 ring-base transition-[width] group-hover:w-2" />
          </div>
        ))}
      </div>
      <div data-figures className="flex justify-between text-xs text-muted">
        <span>{formatDuration(playedMs)}</span>
        <span>{formatDuration(durationMs)}</span>
      </div>
    </div>
  );
}
