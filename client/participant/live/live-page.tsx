import { MAX_UPLOAD_BYTES } from "@nexbasira/core/contract/evidence.ts";
import { summarize } from "@nexbasira/ui/capture/sending.ts";
import { useCaptures } from "@nexbasira/ui/capture/use-captures.ts";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { formatSize } from "@nexbasira/ui/format.ts";
import { ChatPanel } from "@nexbasira/ui/room/chat-panel.tsx";
import { useRoom } from "@nexbasira/ui/room/use-room.ts";
import { useUnread } from "@nexbasira/ui/room/use-unread.ts";
import { Sheet } from "@nexbasira/ui/sheet.tsx";
import { showToast, ToastArea } from "@nexbasira/ui/toast.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { SignPage } from "../sign/sign-page.tsx";
import { BoardView } from "./board-view.tsx";
import { BottomBar } from "./bottom-bar.tsx";
import { CameraControls } from "./camera-controls.tsx";
import { CaptureList } from "./capture-list.tsx";
import { HeldBar } from "./held-bar.tsx";
import { InspectorCorner } from "./inspector-corner.tsx";
import { useKeepAwake } from "./keep-awake.ts";
import { mediaProblem } from "./media-problem.ts";
import { MoreSheet } from "./more-sheet.tsx";
import { OwnPicture } from "./own-picture.tsx";
import { PermissionHelp } from "./permission-help.tsx";
import { CameraRefused } from "./phone-camera.ts";
import { PhotoFlight } from "./photo-flight.tsx";
import { Requests } from "./requests.tsx";
import { RoomSound } from "./room-sound.tsx";
import { SendingBar } from "./sending-bar.tsx";
import { StackButton } from "./stack-button.tsx";
import { NoCamera, OfflineBar } from "./status-bars.tsx";
import { TopBar } from "./top-bar.tsx";
import { useLying } from "./use-lying.ts";
import { usePhotos } from "./use-photos.ts";
import { useShownBoard } from "./use-shown-board.ts";
import { usePhoneMedia } from "./use-visit.ts";
import type { Visit } from "./visit.ts";

/** The call: the phone's own camera fills the screen, and what a thumb needs lies below. */
export function LivePage({ visit, token, onLeave }: { visit: Visit; token: string; onLeave: () => void }) {
  const { t } = useTranslation("participant");
  const snapshot = useRoom(visit.room);
  const phone = usePhoneMedia(visit.media);
  const captures = useCaptures(visit.captures);
  const [sheet, setSheet] = useState<"stack" | "more" | "chat" | null>(null);
  // A sheet tells of its closing when the one opened in its place is there already.
  const close = (closed: typeof sheet): void => setSheet((open) => (open === closed ? null : open));
  const [signing, setSigning] = useState(false);
  const photos = usePhotos(visit);
  const { board, show, openWhiteboard } = useShownBoard(visit.room);
  const lying = useLying();
  const language = useLanguage();
  useKeepAwake();

  const { room } = snapshot;
  const inCall =
    phone.camera === "on" || phone.microphone === "on" || (room?.producers.some(({ paused }) => !paused) ?? false);
  const { unread, markSeen } = useUnread(room?.chat ?? [], room?.self.participant_id, sheet === "chat");
  const problem = mediaProblem(phone);
  const askToSign = room?.signature.requested === true && !room.signature.submitted;
  useEffect(() => {
    if (!askToSign) setSigning(false);
  }, [askToSign]);
  const switchLens = (): void => {
    visit.media.camera.nextLens().catch((error: unknown) => {
      // The other lens is not to be had; the camera goes back to the one before by itself.
      if (!(error instanceof CameraRefused)) throw error;
    });
  };
  const addDocuments = (files: File[]): void => {
    for (const file of files) {
      if (file.size === 0) showToast({ kind: "warning", text: t("more.document_empty", { name: file.name }) });
      else if (file.size > MAX_UPLOAD_BYTES) {
        const limit = formatSize(MAX_UPLOAD_BYTES, language);
        showToast({ kind: "warning", text: t("more.document_large", { name: file.name, limit }) });
      } else photos.addDocument(file);
    }
  };

  return (
    <main data-theme="dark" data-testid="live" className="fixed inset-0 overflow-hidden bg-black text-ink">
      {phone.stream === null ? (
        <NoCamera
          state={phone.camera}
          voice={phone.microphone === "on"}
          onOpen={() => void visit.media.openSource("camera")}
        />
      ) : (
        <OwnPicture
          stream={phone.stream}
          held={phone.held?.stream ?? null}
          media={visit.media}
          room={visit.room}
          drawing={room?.boards.find(({ kind }) => kind === "live")}
        />
      )}

      <div
        inert={signing || problem !== null}
        className={classNames("pointer-events-none absolute inset-0 flex", lying ? "flex-row" : "flex-col")}
      >
        <div
          className={classNames(
            "relative flex min-h-0 min-w-0 flex-1 flex-col gap-3 p-3",
            // Below a board's head, which has the way back.
            board === undefined
              ? "pt-[max(0.75rem,env(safe-area-inset-top))]"
              : "pt-[calc(4rem+env(safe-area-inset-top))]",
          )}
        >
          {board === undefined ? (
            <TopBar snapshot={snapshot} clockOffsetMs={visit.room.clockOffsetMs ?? 0} inCall={inCall} />
          ) : (
            // What the board lays over its picture stays below bars and cards.
            <div className="pointer-events-auto absolute inset-0 isolate">
              <BoardView
                key={board.board_id}
                board={board}
                room={visit.room}
                item={room?.items.find(({ id }) => id === board.item_id)}
                onClose={() => show(null)}
              />
            </div>
          )}
          <OfflineBar snapshot={snapshot} waiting={summarize(captures.records).waiting > 0} />
          <SendingBar sending={snapshot.sending} visible={snapshot.phase === "live" && phone.camera === "on"} />
          {board === undefined && <InspectorCorner snapshot={snapshot} />}
          <div
            className={classNames(
              "absolute inset-x-3 flex flex-col items-center gap-3",
              // Above a whiteboard's tools.
              board?.kind === "whiteboard" ? "bottom-18" : "bottom-3",
            )}
          >
            <RoomSound remote={snapshot.remote} />
            <Requests
              visit={visit}
              onPhotoFile={photos.addFile}
              onSign={askToSign ? () => setSigning(true) : undefined}
              unread={unread}
              onAnswer={() => setSheet("chat")}
              onSeen={markSeen}
            />
            {phone.held !== null && <HeldBar by={phone.held.by} onRelease={() => visit.media.camera.release()} />}
            {board === undefined && phone.settings !== null && (
              <CameraControls camera={visit.media.camera} settings={phone.settings} />
            )}
          </div>
        </div>
        <div
          className={classNames(
            "pointer-events-auto px-3",
            lying
              ? "bg-black/70 py-3 pr-[max(0.75rem,env(safe-area-inset-right))]"
              : "bg-linear-to-t from-black/85 to-black/30 pt-4 pb-[max(0.75rem,env(safe-area-inset-bottom))]",
          )}
        >
          <BottomBar
            phone={phone}
            takingPhoto={photos.taking}
            onPhoto={photos.take}
            onPhotoFile={photos.addFile}
            onMute={() => visit.media.setMuted(!phone.muted)}
            onSwitchLens={switchLens}
            onMore={() => setSheet("more")}
            lying={lying}
            stack={<StackButton captures={captures} caption={!lying} onOpen={() => setSheet("stack")} />}
          />
        </div>
      </div>

      <PhotoFlight captures={captures} />
      <Sheet open={sheet === "stack"} onClose={() => close("stack")} title={t("stack.title")}>
        <CaptureList captures={captures} />
      </Sheet>
      <Sheet open={sheet === "chat"} onClose={() => close("chat")} title={t("chat.title", { ns: "common" })}>
        <ChatPanel
          chat={visit.chat}
          messages={room?.chat ?? []}
          self={room?.self.participant_id ?? ""}
          writesNotes={false}
          className="-mx-3 h-[60dvh]"
        />
      </Sheet>
      <MoreSheet
        open={sheet === "more"}
        onClose={() => close("more")}
        people={room?.people.filter(({ participant_id }) => participant_id !== room.self.participant_id) ?? []}
        onDocument={addDocuments}
        onWhiteboard={snapshot.phase === "live" ? () => void openWhiteboard() : undefined}
        unread={unread.length}
        onChat={() => setSheet("chat")}
        onLeave={onLeave}
      />
      {problem !== null && (
        <PermissionHelp
          problem={problem}
          onRetry={() => void visit.media.open()}
          onGoOn={() => void visit.media.goOnWithout()}
        />
      )}
      {signing && room !== null && (
        <SignPage token={token} room={visit.room} view={room} captures={captures} onClose={() => setSigning(false)} />
      )}
      <ToastArea />
    </main>
  );
}
