import type { SessionDetail } from "@nexbasira/core/contract/console.ts";
import type { Person } from "@nexbasira/core/contract/signalling.ts";
import type { Pen } from "@nexbasira/ui/board/tools.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import type { RoomConnection, RoomSnapshot } from "@nexbasira/ui/room/room-connection.ts";
import type { RoomView } from "@nexbasira/ui/room/room-state.ts";
import { Spinner } from "@nexbasira/ui/spinner.tsx";
import { CloudOff, Video, VideoOff, WifiOff } from "lucide-react";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { BoardStage } from "./board-stage.tsx";
import { type Face, Faces } from "./faces.tsx";
import { PictureStage } from "./picture-stage.tsx";
import { StageMessage } from "./stage-message.tsx";
import { StageNotices } from "./stage-notices.tsx";
import type { Boards } from "./use-boards.ts";
import type { Freeze } from "./use-freeze.ts";
import { WaitingStage } from "./waiting-stage.tsx";

export interface StageProps {
  detail: SessionDetail;
  connection: RoomConnection;
  snapshot: RoomSnapshot;
  room: RoomView;
  boards: Boards;
  freeze: Freeze;
  video: RefObject<HTMLVideoElement | null>;
  ownCamera: MediaStream | null;
  pen: Pen;
  onPen: (change: Partial<Pen>) => void;
  isInspector: boolean;
}

/** The large part of the page: the picture from the field, a board in its place, or why there is neither. */
export function Stage(props: StageProps) {
  const { t } = useTranslation("console");
  const { detail, connection, snapshot, room, boards, freeze, video, isInspector } = props;
  const participant = room.people.find(({ role }) => role === "participant");
  const field = snapshot.remote.find(
    ({ participant_id, source }) => source === "camera" && participant_id === participant?.participant_id,
  );
  const drawing = {
    connection,
    author: room.self.participant_id,
    pen: props.pen,
    onPen: props.onPen,
    readOnly: !isInspector,
  };
  const faces = facesOf(props, field?.producer_id);
  const showsField = boards.shown === undefined && freeze.frozen === undefined;
  return (
    <section data-theme="dark" aria-label={t("live.stage")} className="relative flex min-h-0 flex-1 flex-col bg-sunken">
      {boards.shown !== undefined ? (
        <BoardStage
          {...drawing}
          board={boards.shown}
          boards={boards}
          item={room.items.find(({ id }) => id === boards.shown?.item_id)}
        />
      ) : freeze.frozen !== undefined ? (
        <FrozenStage picture={freeze.frozen.picture} onRelease={freeze.release} />
      ) : field !== undefined ? (
        <PictureStage
          {...drawing}
          stream={field.stream}
          video={video}
          board={room.boards.find(({ kind }) => kind === "live")}
        />
      ) : snapshot.phase === "reconnecting" ? (
        <StageMessage icon={WifiOff} title={t("live.reconnecting")} text={t("live.reconnecting_text")} />
      ) : participant === undefined ? (
        <WaitingStage detail={detail} wasThere={detail.people.some(({ role }) => role === "participant")} />
      ) : (
        <NoPicture room={room} person={participant} />
      )}
      <Faces
        faces={
          showsField || field === undefined
            ? faces
            : [{ key: "field", stream: field.stream, label: t("live.picture"), testId: "field-video", video }, ...faces]
        }
      />
      {(!showsField || field !== undefined) && (
        <StageNotices snapshot={snapshot} room={room} participant={participant} />
      )}
    </section>
  );
}

/** Everybody's camera but the field's. */
function facesOf({ snapshot, room, ownCamera }: StageProps, fieldProducer: string | undefined): Face[] {
  const others = snapshot.remote.filter(
    ({ source, producer_id }) => source === "camera" && producer_id !== fieldProducer,
  );
  const nameOf = (id: string) => room.people.find(({ participant_id }) => participant_id === id)?.name ?? "";
  return [
    ...others.map((media) => ({ key: media.producer_id, stream: media.stream, label: nameOf(media.participant_id) })),
    ...(ownCamera === null ? [] : [{ key: "own", stream: ownCamera, label: room.self.name, mirrored: true }]),
  ];
}

function NoPicture({ room, person }: { room: RoomView; person: Person }) {
  const { t } = useTranslation("console");
  const { participant_id: id, name } = person;
  const sendsCamera = room.producers.some(({ participant_id, source }) => participant_id === id && source === "camera");
  if (room.unreachable.includes(id)) {
    return (
      <StageMessage
        testId="unreachable"
        icon={CloudOff}
        title={t("live.unreachable", { name })}
        text={t("live.unreachable_text")}
      />
    );
  }
  return (
    <StageMessage
      icon={sendsCamera ? Video : VideoOff}
      title={sendsCamera ? t("live.picture_coming") : t("live.no_picture", { name })}
      text={sendsCamera ? t("live.picture_coming_text") : t("live.no_picture_text")}
    />
  );
}

function FrozenStage({ picture, onRelease }: { picture: string | null; onRelease: () => void }) {
  const { t } = useTranslation("console");
  return (
    <div data-testid="frozen" className="relative flex min-h-0 flex-1 items-center justify-center">
      {picture !== null && (
        <img src={picture} alt={t("live.frozen")} className="absolute inset-0 size-full object-contain" />
      )}
      <div
        role="status"
        className="absolute bottom-4 flex max-w-[90%] items-center gap-3 rounded-surface bg-raised py-2 pr-2 pl-4 text-sm shadow-float"
      >
        <Spinner />
        <span>{t("live.freeze_waiting")}</span>
        <Button size="small" variant="quiet" onClick={onRelease}>
          {t("live.back")}
        </Button>
      </div>
    </div>
  );
}
