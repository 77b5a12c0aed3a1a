import { type Board, EMPTY_BOARD } from "@nexbasira/core/shapes/board.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import type { QueueSnapshot } from "@nexbasira/ui/capture/capture-queue.ts";
import { summarize } from "@nexbasira/ui/capture/sending.ts";
import { IconButton } from "@nexbasira/ui/icon-button.tsx";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { RoomRequestError } from "@nexbasira/ui/room/room-messages.ts";
import type { RoomView } from "@nexbasira/ui/room/room-state.ts";
import { TextField } from "@nexbasira/ui/text-field.tsx";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { Eraser, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFocusAtFirst } from "../live/use-focus-at-first.ts";
import { SignatureField } from "./signature-field.tsx";
import { isSigned, signatureOperations } from "./signature-strokes.ts";
import { SignedItems } from "./signed-items.tsx";

export interface SignPageProps {
  room: RoomConnection;
  view: RoomView;
  captures: QueueSnapshot;
  onClose: () => void;
}

/** What is signed, by whom, and the signature. The call goes on behind it. */
export function SignPage({ room, view, captures, onClose }: SignPageProps) {
  const { t } = useTranslation("participant");
  const [name, setName] = useState(view.self.name);
  const [board, setBoard] = useState<Board>(EMPTY_BOARD);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const title = useFocusAtFirst<HTMLHeadingElement>();
  const { waiting } = summarize(captures.records);
  const ready = name.trim() !== "" && isSigned(board);

  const submit = async (): Promise<void> => {
    setBusy(true);
    setFailed(false);
    try {
      await room.request("signature.submit", { name: name.trim(), operations: signatureOperations(board) });
      showToast({ kind: "success", text: t("sign.thanks") });
      onClose();
    } catch (error) {
      if (!(error instanceof RoomRequestError)) throw error;
      setFailed(true);
      setBusy(false);
    }
  };

  return (
    <div
      role="dialog"
      aria-modal="true"
      aria-labelledby="sign-title"
      data-testid="sign"
      className="absolute inset-0 z-20 flex flex-col overflow-y-auto bg-sunken text-ink"
    >
      <div className="mx-auto flex w-full max-w-2xl flex-1 flex-col gap-5 px-5 pt-[max(0.75rem,env(safe-area-inset-top))] pb-5">
        <header className="flex items-center justify-between gap-3">
          <h1 ref={title} tabIndex={-1} id="sign-title" className="text-lg font-semibold outline-none">
            {t("sign.title")}
          </h1>
          <IconButton icon={X} size="touch" label={t("sign.later")} onClick={onClose} className="-mr-3" />
        </header>
        <section className="flex flex-col gap-2">
          <p className="text-muted">{t("sign.what", { reference: view.session.reference })}</p>
          <SignedItems items={view.items} records={captures.records} />
          {waiting > 0 && <p className="text-sm text-warning-text">{t("sign.waiting", { count: waiting })}</p>}
        </section>
        <TextField
          touch
          label={t("sign.name")}
          value={name}
          maxLength={120}
          autoComplete="name"
          data-testid="sign-name"
          onChange={(event) => setName(event.target.value)}
        />
        <section className="flex flex-col gap-2">
          <div className="flex items-center justify-between gap-3">
            <h2 className="text-sm font-medium">{t("sign.field")}</h2>
            <Button
              variant="quiet"
              size="touch"
              icon={Eraser}
              disabled={board === EMPTY_BOARD}
              onClick={() => setBoard(EMPTY_BOARD)}
              data-testid="sign-clear"
            >
              {t("sign.clear")}
            </Button>
          </div>
          <SignatureField board={board} onBoard={setBoard} />
          <p className="text-sm text-muted portrait:block landscape:hidden">{t("sign.turn")}</p>
        </section>
        {failed && (
          <p role="alert" className="text-sm text-danger-text">
            {t("sign.failed")}
          </p>
        )}
      </div>
      <div className="sticky bottom-0 mx-auto w-full max-w-2xl bg-sunken px-5 pt-2 pb-[max(1rem,env(safe-area-inset-bottom))]">
        <Button
          variant="primary"
          size="large"
          block
          disabled={!ready}
          busy={busy}
          onClick={() => void submit()}
          data-testid="sign-done"
        >
          {busy ? t("sign.sending") : t("sign.done")}
        </Button>
      </div>
    </div>
  );
}
