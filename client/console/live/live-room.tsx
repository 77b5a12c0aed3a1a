import type { SessionDetail } from "@nexbasira/core/contract/console.ts";
import { usePen } from "@nexbasira/ui/board/use-pen.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import type { RoomConnection, RoomSnapshot } from "@nexbasira/ui/room/room-connection.ts";
import { RoomRequestError } from "@nexbasira/ui/room/room-messages.ts";
import type { RoomView } from "@nexbasira/ui/room/room-state.ts";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { PencilLine } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ItemLightbox } from "../items/item-lightbox.tsx";
import { SigningDialogs } from "../signing/signing-dialogs.tsx";
import { barsOfSender } from "./bars-of-sender.ts";
import { Controls } from "./controls.tsx";
import { EndDialog } from "./end-dialog.tsx";
import { HelpDialog } from "./help-dialog.tsx";
import { isWeak } from "./is-weak.ts";
import { LIVE_ACTIONS, type LiveAction, OBSERVER_ACTIONS } from "./keys.ts";
import { LiveBar } from "./live-bar.tsx";
import { missingFrom } from "./missing.ts";
import type { OwnConsent } from "./people-panel.tsx";
import { RecordingAlarm } from "./recording-alarm.tsx";
import { SideColumn } from "./side-column.tsx";
import { Stage } from "./stage.tsx";
import { mergeTimeline, type TimelineEntry } from "./timeline.ts";
import { useBoards } from "./use-boards.ts";
import { useClips } from "./use-clips.ts";
import { useEnd } from "./use-end.ts";
import { useFreeze } from "./use-freeze.ts";
import { useLiveKeys } from "./use-live-keys.ts";
import { useMicrophone } from "./use-microphone.ts";
import { useOwnCamera } from "./use-own-camera.ts";
import { usePhone } from "./use-phone.ts";
import { usePhoneActions } from "./use-phone-actions.ts";
import { usePhoto } from "./use-photo.ts";
import { useUploads } from "./use-uploads.ts";
import { Voices } from "./voices.tsx";

export interface LiveRoomProps {
  detail: SessionDetail;
  connection: RoomConnection;
  snapshot: RoomSnapshot;
  room: RoomView;
  /** Undefined where nothing is ever recorded. */
  consent: OwnConsent | undefined;
}

/** The call, on one screen: picture, timeline, people, and every action with its key. */
export function LiveRoom({ detail, connection, snapshot, room, consent }: LiveRoomProps) {
  const { t } = useTranslation("console");
  const { session, signing } = detail;
  const isInspector = room.self.role === "inspector";
  const video = useRef<HTMLVideoElement>(null);
  const [pen, onPen] = usePen();
  const [helpOpen, setHelpOpen] = useState(false);
  const [endOpen, setEndOpen] = useState(false);
  const [signingOpen, setSigningOpen] = useState<"identity" | "recipient">();
  const [openId, setOpenId] = useState<string>();
  // Whoever comes into a talk of others does not speak into it at once.
  const [startMuted] = useState(
    () =>
      !isInspector || room.people.some((p) => p.role === "inspector" && p.participant_id !== room.self.participant_id),
  );
  const microphone = useMicrophone(connection, startMuted);
  const camera = useOwnCamera(connection);
  const phone = usePhone(connection, room);
  const phoneActions = usePhoneActions(phone);
  const uploads = useUploads(connection);
  const photo = usePhoto(connection, video, uploads.addFrame);
  const shownBoardId = room.shown_board_id;
  const freeze = useFreeze({ connection, photo, phone, items: room.items, shownBoardId, video });
  const clips = useClips(connection);
  const boards = useBoards(connection, room);
  const end = useEnd(session);
  const entries = useMemo(() => mergeTimeline({ ...room, frames: photo.frames }), [room, photo.frames]);
  const participant = room.people.find(({ role }) => role === "participant");
  const requestSignature = () => {
    setSigningOpen(undefined);
    connection.request("signature.request", {}).catch((error: unknown) => {
      if (!(error instanceof RoomRequestError)) throw error;
      showToast({ kind: "danger", text: t("live.signature_failed") });
    });
  };
  const askSignature = () => {
    if (session.signature.level === "aes") return setSigningOpen("identity");
    if (room.signature.submitted) return showToast({ kind: "info", text: t("live.signature_given") });
    if (signing.code_recipient === null) return setSigningOpen("recipient");
    return requestSignature();
  };
  const { level } = session.signature;
  const wantsSignature = level === "ses" || level === "aes" || room.signature.requested;
  const goBack = () => {
    if (freeze.frozen !== undefined) freeze.release();
    else if (clips.mark !== null) clips.dropMark();
    else if (boards.shown !== undefined) boards.show(null);
  };
  const inspectorActions: Partial<Record<LiveAction, () => void>> = {
    photo: () => void photo.take(),
    freeze: freeze.toggle,
    clip: clips.cut,
    mark: clips.toggleMark,
    board: boards.toggleWhiteboard,
    save: boards.save,
    torch: phoneActions.torch,
    zoom_in: phoneActions.nearer,
    zoom_out: phoneActions.farther,
    lens: phoneActions.lens,
    resolution: phoneActions.resolution,
    camera: camera.toggle,
    ...(wantsSignature && { signature: askSignature }),
    end: () => setEndOpen(true),
    back: goBack,
  };
  const keys = useLiveKeys(
    (action) => {
      if (action === "help") setHelpOpen(true);
      else if (action === "mute") microphone.toggle();
      else if (isInspector) inspectorActions[action]?.();
    },
    helpOpen || endOpen || signingOpen !== undefined || openId !== undefined || phoneActions.menu !== undefined,
  );
  const openEntry = (entry: TimelineEntry) => {
    if (entry.item !== null) setOpenId(entry.item.id);
    else if (entry.boardId !== null && isInspector) boards.show(entry.boardId);
    else if (entry.clip !== null && isInspector) clips.cutAgain(entry.clip);
  };
  const draws = (action: () => void) => () => {
    setOpenId(undefined);
    action();
  };
  return (
    <div className="flex h-full min-h-[36rem] flex-col max-lg:min-h-[58rem]">
      <LiveBar
        session={session}
        recording={room.recording}
        bars={
          participant &&
          (room.unreachable.includes(participant.participant_id)
            ? 0
            : barsOfSender(participant.participant_id, room.producers, room.scores))
        }
        phone={phone.state}
        isWeak={isWeak(snapshot.quality)}
        clockOffsetMs={connection.clockOffsetMs ?? 0}
        onHelp={() => setHelpOpen(true)}
      />
      {room.recording.state === "failed" && <RecordingAlarm />}
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        <div className="relative flex min-h-0 min-w-0 flex-1 flex-col">
          <Stage
            detail={detail}
            connection={connection}
            snapshot={snapshot}
            room={room}
            boards={boards}
            freeze={freeze}
            video={video}
            ownCamera={camera.stream}
            pen={pen}
            onPen={onPen}
            isInspector={isInspector}
          />
          <Voices remote={snapshot.remote} />
          <Controls
            isInspector={isInspector}
            takingPhoto={photo.taking}
            freeze={freeze}
            isWhiteboard={boards.shown?.kind === "whiteboard"}
            clips={clips}
            phone={phone}
            phoneActions={phoneActions}
            microphone={microphone}
            camera={camera}
            signature={wantsSignature ? room.signature : undefined}
            identity={level === "aes" ? { confirmed: signing.identity !== null } : undefined}
            clockOffsetMs={connection.clockOffsetMs ?? 0}
            onPhoto={() => void photo.take()}
            onBoard={boards.toggleWhiteboard}
            onSignature={askSignature}
            onEnd={() => setEndOpen(true)}
          />
        </div>
        <SideColumn
          detail={detail}
          connection={connection}
          room={room}
          entries={entries}
          openId={openId}
          onOpenEntry={openEntry}
          onOpenItem={setOpenId}
          selfMuted={microphone.muted || microphone.problem !== undefined}
          consent={consent}
          isInspector={isInspector}
          onFiles={isInspector ? uploads.addFiles : undefined}
        />
      </div>
      <EndDialog
        open={endOpen}
        onOpenChange={setEndOpen}
        isPending={session.status === "pending"}
        missing={missingFrom(room, signing.identity !== null)}
        ending={end.isPending}
        failed={end.isError}
        onConfirm={() => end.mutate()}
      />
      {isInspector && (
        <SigningDialogs detail={detail} open={signingOpen} onOpen={setSigningOpen} onRequest={requestSignature} />
      )}
      <HelpDialog
        open={helpOpen}
        onOpenChange={setHelpOpen}
        actions={isInspector ? LIVE_ACTIONS : OBSERVER_ACTIONS}
        keysOn={keys.on}
        onKeysOn={keys.setOn}
      />
      <ItemLightbox
        items={room.items}
        openId={openId}
        onOpenChange={setOpenId}
        action={(item) =>
          isInspector &&
          item.problem === null && (
            <>
              {item.kind === "snapshot" && (
                <Button size="small" icon={PencilLine} onClick={draws(() => boards.annotate(item.id))}>
                  {t("live.annotate")}
                </Button>
              )}
              {item.whiteboard_id !== null && (
                <Button size="small" icon={PencilLine} onClick={draws(() => boards.show(item.whiteboard_id))}>
                  {t("live.draw_on")}
                </Button>
              )}
            </>
          )
        }
      />
    </div>
  );
}
