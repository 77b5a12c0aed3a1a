import { classNames } from "@nexbasira/ui/class-names.ts";
import { formatDuration } from "@nexbasira/ui/format.ts";
import type { QualityBars } from "@nexbasira/ui/room/connection-quality.ts";
import type { RoomSnapshot } from "@nexbasira/ui/room/room-connection.ts";
import { Eye } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useNow } from "./use-now.ts";
import { useOnline } from "./use-online.ts";

export interface TopBarProps {
  snapshot: RoomSnapshot;
  clockOffsetMs: number;
  /** Whether there is anything to send or to receive; without, no missing way for it is shown. */
  inCall: boolean;
}

/** What holds now: whether it is recorded and since when, how good the network is, how many people see it. */
export function TopBar({ snapshot, clockOffsetMs, inCall }: TopBarProps) {
  const { t } = useTranslation("participant");
  const { room } = snapshot;
  const watching = room?.people.filter(({ role }) => role !== "participant").length ?? 0;
  return (
    <div className="flex items-start justify-between gap-2">
      <div className="flex h-9 items-center gap-3 rounded-full bg-black/65 px-3 text-sm font-medium whitespace-nowrap text-white">
        <Recording snapshot={snapshot} clockOffsetMs={clockOffsetMs} />
        <Network snapshot={snapshot} inCall={inCall} />
      </div>
      {watching > 0 && (
        <span className="flex h-9 items-center gap-2 rounded-full bg-black/65 px-3 text-sm font-medium text-white">
          <Eye size={18} aria-hidden />
          <span data-figures aria-hidden>
            {watching}
          </span>
          <span className="sr-only">{t("live.watching", { count: watching })}</span>
        </span>
      )}
    </div>
  );
}

function Recording({ snapshot, clockOffsetMs }: Omit<TopBarProps, "inCall">) {
  const { t } = useTranslation("participant");
  const now = useNow() + clockOffsetMs;
  const { room } = snapshot;
  if (room === null) return null;
  const { state, started_at } = room.recording;
  const recording = state === "recording";
  return (
    <span data-testid="recording" data-state={state} className="flex items-center gap-2">
      {recording && <span aria-hidden className="size-2.5 animate-breathe rounded-full bg-live" />}
      <span className={classNames(recording && "font-semibold")}>
        {recording ? t("live.rec") : t("live.not_recorded")}
      </span>
      {recording && started_at !== null && (
        <time data-figures className="min-w-10">
          {formatDuration(now - started_at)}
        </time>
      )}
    </span>
  );
}

const WORDS = ["lost", "poor", "fair", "good", "good"] as const;

function Network({ snapshot, inCall }: Omit<TopBarProps, "clockOffsetMs">) {
  const { t } = useTranslation("participant");
  const online = useOnline();
  const { phase, quality, mediaConnected } = snapshot;
  if (!online) return <span>{t("live.network.offline")}</span>;
  if (phase === "connecting") return <span>{t("live.network.connecting")}</span>;
  if (phase === "reconnecting") return <span>{t("live.network.reconnecting")}</span>;
  const bars: QualityBars = mediaConnected || !inCall ? (quality?.bars ?? 4) : 0;
  const word = t(`live.network.${WORDS[bars]}`);
  return (
    <span className="flex items-center gap-2" data-testid="network" data-bars={bars}>
      <span aria-hidden className="flex items-end gap-0.5">
        {[1, 2, 3, 4].map((bar) => (
          <span
            key={bar}
            style={{ height: 4 + bar * 3 }}
            className={classNames("w-1 rounded-full", bar <= bars ? "bg-white" : "bg-white/30")}
          />
        ))}
      </span>
      {/* A word beside the bars only where something is wrong: a good network needs none. */}
      <span className={bars > 2 ? "sr-only" : undefined}>{word}</span>
    </span>
  );
}
