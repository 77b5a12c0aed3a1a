import type { Session } from "@nexbasira/core/contract/session.ts";
import type { RecordingState } from "@nexbasira/core/contract/signalling.ts";
import { formatDuration } from "@nexbasira/ui/format.ts";
import { RecPill } from "@nexbasira/ui/rec-pill.tsx";
import type { QualityBars } from "@nexbasira/ui/room/connection-quality.ts";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { ToolButton } from "@nexbasira/ui/tool-button.tsx";
import { CircleDot, Keyboard, WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { SignalBars } from "./signal-bars.tsx";
import { useNow } from "./use-now.ts";

export interface LiveBarProps {
  session: Session;
  recording: RecordingState | undefined;
  /** How well the participant is received; undefined while that is not known. */
  bars: QualityBars | undefined;
  /** The inspector's own connection is weak. */
  isWeak: boolean;
  clockOffsetMs: number;
  onHelp: () => void;
}

/** Which inspection it is, how long it has gone on, whether it is recorded, how the participant is received. */
export function LiveBar({ session, recording, bars, isWeak, clockOffsetMs, onHelp }: LiveBarProps) {
  const { t } = useTranslation("console");
  const now = useNow(clockOffsetMs);
  const { name } = session.participant;
  return (
    <header className="flex min-h-12 shrink-0 items-center gap-x-4 gap-y-1 border-b border-line bg-base px-4 py-1.5 max-md:flex-wrap">
      <h1 className="flex min-w-0 items-baseline gap-2 text-sm">
        <span className="truncate font-semibold">{session.reference}</span>
        <span className="truncate text-muted">{name}</span>
      </h1>
      {session.started_at !== null && (
        <span data-figures className="text-sm text-muted" title={t("live.elapsed")}>
          {formatDuration(now - Date.parse(session.started_at))}
        </span>
      )}
      {recording?.state === "recording" && (
        <RecPill label={t("live.rec")} time={formatDuration(now - (recording.started_at ?? now))} />
      )}
      {recording?.state === "failed" && <StatusPill kind="danger" label={t("live.rec_failed")} />}
      {recording?.state === "off" && session.recording && session.started_at !== null && (
        <StatusPill kind="neutral" icon={CircleDot} label={t("live.rec_off")} />
      )}
      <div className="flex-1" />
      {isWeak && <StatusPill kind="warning" icon={WifiOff} label={t("live.weak")} />}
      {bars !== undefined && <SignalBars bars={bars} name={name} />}
      <ToolButton icon={Keyboard} label={t("keys.title")} shortcut="?" tooltipSide="bottom" onClick={onHelp} />
    </header>
  );
}
