import type { DeviceState } from "@nexbasira/core/contract/device.ts";
import type { Session } from "@nexbasira/core/contract/session.ts";
import type { RecordingState } from "@nexbasira/core/contract/signalling.ts";
import { formatDuration } from "@nexbasira/ui/format.ts";
import { RecPill } from "@nexbasira/ui/rec-pill.tsx";
import type { QualityBars } from "@nexbasira/ui/room/connection-quality.ts";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { ToolButton } from "@nexbasira/ui/tool-button.tsx";
import { CircleDot, Keyboard, WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { PhoneStatus } from "./phone-status.tsx";
import { useNow } from "./use-now.ts";

export interface LiveBarProps {
  session: Session;
  recording: RecordingState;
  /** How well the participant is received; undefined while that is not known. */
  bars: QualityBars | undefined;
  /** What the participant's phone says of itself; undefined until it has. */
  phone: DeviceState | undefined;
  /** The inspector's own connection is weak. */
  isWeak: boolean;
  clockOffsetMs: number;
  onHelp: () => void;
}

/** Which inspection it is, how long it has gone on, whether it is recorded, how the participant's phone is. */
export function LiveBar({ session, recording, bars, phone, isWeak, clockOffsetMs, onHelp }: LiveBarProps) {
  const { t } = useTranslation("console");
  const now = useNow(clockOffsetMs);
  const { name } = session.participant;
  return (
    <header className="flex min-h-12 shrink-0 items-center gap-x-3 gap-y-1 border-b border-line bg-base px-4 py-1.5 max-md:flex-wrap">
      <h1 className="flex min-w-28 shrink-[20] items-baseline gap-2 text-sm" title={`${session.reference} · ${name}`}>
        <span className="truncate font-semibold">{session.reference}</span>
        <span className="min-w-0 shrink-[20] truncate text-muted">{name}</span>
      </h1>
      {session.started_at !== null && (
        <span data-figures className="shrink-0 text-sm text-muted" title={t("live.elapsed")}>
          {formatDuration(now - Date.parse(session.started_at))}
        </span>
      )}
      <span data-testid="recording-state" data-state={recording.state} className="inline-flex shrink-0">
        {recording.state === "recording" && (
          <RecPill label={t("live.rec")} time={formatDuration(now - (recording.started_at ?? now))} />
        )}
        {recording.state === "failed" && <StatusPill kind="danger" label={t("live.rec_failed")} />}
        {recording.state === "off" && <StatusPill kind="neutral" icon={CircleDot} label={t("live.rec_off")} />}
      </span>
      <div className="flex-1" />
      {isWeak && <StatusPill kind="warning" icon={WifiOff} label={t("live.weak")} className="shrink-0" />}
      <PhoneStatus name={name} bars={bars} state={phone} />
      <ToolButton icon={Keyboard} label={t("keys.title")} shortcut="?" tooltipSide="bottom" onClick={onHelp} />
    </header>
  );
}
