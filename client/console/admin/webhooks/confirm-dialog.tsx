import { Button } from "@nexbasira/ui/button.tsx";
import { Dialog } from "@nexbasira/ui/dialog.tsx";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNotice } from "../problem-notice.tsx";

export interface ConfirmDialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  text: string;
  /** What the button does, in a word or two. */
  confirm: string;
  /** What it does cannot be taken back. */
  danger?: boolean;
  disabled?: boolean;
  busy: boolean;
  error: Error | null;
  /** What happened, where the server did not get that far. */
  otherwise: string;
  /** Our words for the codes of refusals that are to be expected. */
  known?: Readonly<Record<string, string>>;
  onConfirm: () => void;
  children?: ReactNode;
}

/** Asks before something is done, and stays open with the reason if it was not done. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const {
    open,
    onClose,
    title,
    text,
    confirm,
    danger = false,
    disabled = false,
    busy,
    error,
    otherwise,
    known,
  } = props;
  const { t } = useTranslation();
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={title}
      description={text}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            data-testid="confirm"
            variant={danger ? "danger" : "primary"}
            disabled={disabled}
            busy={busy}
            onClick={props.onConfirm}
          >
            {confirm}
          </Button>
        </>
      }
    >
      {props.children}
      {error !== null && <ProblemNotice error={error} otherwise={otherwise} {...(known && { known })} />}
    </Dialog>
  );
}
