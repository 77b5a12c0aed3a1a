import { type Board, EMPTY_BOARD } from "@nexbasira/core/shapes/board.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import type { QueueSnapshot } from "@nexbasira/ui/capture/capture-queue.ts";
import { summarize } from "@nexbasira/ui/capture/sending.ts";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { IconButton } from "@nexbasira/ui/icon-button.tsx";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { RoomRequestError } from "@nexbasira/ui/room/room-messages.ts";
import type { RoomView } from "@nexbasira/ui/room/room-state.ts";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { TextField } from "@nexbasira/ui/text-field.tsx";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { CircleCheck, Eraser, TriangleAlert, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFocusAtFirst } from "../live/use-focus-at-first.ts";
import { useLying } from "../live/use-lying.ts";
import { CodeStep } from "./code-step.tsx";
import { SignatureField } from "./signature-field.tsx";
import { isSigned, signatureOperations } from "./signature-strokes.ts";
import { SignedItems } from "./signed-items.tsx";
import { useSigning } from "./use-signing.ts";

export interface SignPageProps {
  /** The link's. */
  token: string;
  room: RoomConnection;
  view: RoomView;
  captures: QueueSnapshot;
  onClose: () => void;
}

/** What is signed, the one-time code, and then by whom and the signature. The call goes on behind it. */
export function SignPage({ token, room, view, captures, onClose }: SignPageProps) {
  const { t } = useTranslation("participant");
  const title = useFocusAtFirst<HTMLHeadingElement>();
  const lying = useLying();
  const { signing, sendCode, confirm } = useSigning(token);
  const { waiting } = summarize(captures.records);
  const what = (
    <section className="flex min-w-0 flex-col gap-2">
      <p className="text-muted">{t("sign.what", { reference: view.session.reference })}</p>
      <SignedItems items={view.items} records={captures.records} />
      {waiting > 0 && <p className="text-sm text-warning-text">{t("sign.waiting", { count: waiting })}</p>}
    </section>
  );
  const code = signing?.code ?? null;
  return (
    <div
      role="dialog"
      aria-modal="true"
      aria-labelledby="sign-title"
      data-testid="sign"
      className="absolute inset-0 z-20 flex flex-col overflow-y-auto bg-sunken text-ink"
    >
      <div
        className={classNames(
          "mx-auto flex w-full flex-col px-5 pt-[max(0.75rem,env(safe-area-inset-top))]",
          lying ? "max-w-4xl" : "max-w-2xl",
        )}
      >
        <header className="flex items-center justify-between gap-3">
          <h1 ref={title} tabIndex={-1} id="sign-title" className="text-lg font-semibold outline-none">
            {t("sign.title")}
          </h1>
          <IconButton icon={X} size="touch" label={t("sign.later")} onClick={onClose} className="-mr-3" />
        </header>
      </div>
      {signing === null ? (
        <div className="mx-auto w-full max-w-2xl px-5 pt-5">
          <SkeletonList rows={4} />
        </div>
      ) : code === null || code.status === "confirmed" ? (
        <Drawing room={room} view={view} onClose={onClose}>
          {what}
          {code === null ? (
            <p data-testid="no-code" className="flex items-start gap-2 text-sm text-warning-text">
              <TriangleAlert size={20} aria-hidden className="shrink-0" />
              {t("code.missing")}
            </p>
          ) : (
            <p role="status" className="flex items-center gap-2 text-sm font-medium text-success-text">
              <CircleCheck size={20} aria-hidden className="shrink-0" />
              {t("code.confirmed")}
            </p>
          )}
        </Drawing>
      ) : (
        <div
          className={classNames(
            "mx-auto grid w-full flex-1 content-start gap-6 px-5 pt-4 pb-[max(1rem,env(safe-area-inset-bottom))]",
            // Beside each other: below the pictures, the code's field would be out of sight.
            lying ? "max-w-4xl grid-cols-[2fr_3fr]" : "max-w-2xl grid-cols-1",
          )}
        >
          {what}
          <CodeStep code={code} onSend={sendCode} onConfirm={confirm} action={t("code.confirm")} immediate />
        </div>
      )}
    </div>
  );
}

interface DrawingProps extends Pick<SignPageProps, "room" | "view" | "onClose"> {
  children: ReactNode;
}

function Drawing({ room, view, onClose, children }: DrawingProps) {
  const { t } = useTranslation("participant");
  const lying = useLying();
  const [name, setName] = useState(view.self.name);
  const [board, setBoard] = useState<Board>(EMPTY_BOARD);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
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
      className={classNames(
        "mx-auto w-full flex-1 px-5",
        // On its side, a phone is too low for both: the field stays in sight beside what is signed.
        lying ? "grid max-w-4xl grid-cols-[minmax(0,1fr)_minmax(0,2fr)] gap-6" : "flex max-w-2xl flex-col gap-5 pt-5",
      )}
    >
      <div className={lying ? "flex flex-col gap-5 pt-2 pb-4" : "contents"}>
        {children}
        <TextField
          touch
          label={t("sign.name")}
          value={name}
          maxLength={120}
          autoComplete="name"
          data-testid="sign-name"
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <div className={lying ? "sticky top-0 flex flex-col gap-2 self-start" : "contents"}>
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
        <div className="sticky bottom-0 mt-auto bg-sunken pt-2 pb-[max(1rem,env(safe-area-inset-bottom))]">
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
    </div>
  );
}
