import type { RoomSnapshot } from "@nexbasira/ui/room/room-connection.ts";
import { useTranslation } from "react-i18next";
import { InspectorWindow } from "./inspector-window.tsx";

/** The inspector over the live picture, or the words that they are awaited. */
export function InspectorCorner({ snapshot }: { snapshot: RoomSnapshot }) {
  const { t } = useTranslation("participant");
  const { room, remote } = snapshot;
  if (room === null) return null;
  const inspector = room.people.find(({ role }) => role === "inspector");
  if (inspector === undefined) {
    return <p className="mx-auto rounded-full bg-black/65 px-4 py-2 text-sm text-white">{t("live.waiting")}</p>;
  }
  const { participant_id: id, name } = inspector;
  const sent = (source: "camera" | "microphone") =>
    room.producers.find((producer) => producer.participant_id === id && producer.source === source);
  const camera = remote.find(({ participant_id, source }) => participant_id === id && source === "camera");
  return (
    <div className="relative min-h-0 flex-1">
      <InspectorWindow
        name={name}
        stream={camera === undefined || sent("camera")?.paused === true ? null : camera.stream}
        muted={sent("microphone")?.paused ?? true}
        unreachable={room.unreachable.includes(id)}
      />
    </div>
  );
}
