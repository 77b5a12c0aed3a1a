import type { Person } from "@nexbasira/core/contract/signalling.ts";
import type { RoomSnapshot } from "@nexbasira/ui/room/room-connection.ts";
import type { RoomView } from "@nexbasira/ui/room/room-state.ts";
import { CloudOff, type LucideIcon, MonitorX, WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";

export interface StageNoticesProps {
  snapshot: RoomSnapshot;
  room: RoomView;
  participant: Person | undefined;
}

/** Over the stage: what is out of reach, what is safe, and that it mends itself. One at a time, the widest first. Where there is no picture the stage says it itself. */
export function StageNotices({ snapshot, room, participant }: StageNoticesProps) {
  const { t } = useTranslation("console");
  if (snapshot.phase === "reconnecting") {
    return <Notice icon={WifiOff} title={t("live.reconnecting")} text={t("live.reconnecting_text")} />;
  }
  if (snapshot.callUnsupported) {
    return <Notice icon={MonitorX} title={t("live.unsupported")} text={t("live.unsupported_text")} />;
  }
  if (participant !== undefined && room.unreachable.includes(participant.participant_id)) {
    const { name } = participant;
    return (
      <Notice
        icon={CloudOff}
        title={t("live.unreachable", { name })}
        text={t("live.unreachable_text")}
        testId="unreachable"
      />
    );
  }
  return null;
}

function Notice({
  icon: Icon,
  title,
  text,
  testId,
}: {
  icon: LucideIcon;
  title: string;
  text: string;
  testId?: string;
}) {
  return (
    <div
      role="status"
      data-testid={testId}
      className="absolute inset-x-0 top-3 z-10 mx-auto flex w-fit max-w-[calc(100%-2rem)] items-start gap-3 rounded-surface bg-raised px-4 py-3 text-sm shadow-float"
    >
      <Icon size={20} aria-hidden className="mt-0.5 shrink-0 text-warning-text" />
      <span>
        <span className="block font-semibold">{title}</span>
        <span className="block max-w-md text-muted">{text}</span>
      </span>
    </div>
  );
}
