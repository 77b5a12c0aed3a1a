import { Button } from "@nexbasira/ui/button.tsx";
import { Dialog } from "@nexbasira/ui/dialog.tsx";
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNotice } from "../admin/problem-notice.tsx";

export interface FormDialogProps {
  title: string;
  description: string;
  children: ReactNode;
  /** What the button says that sends it, and its test id. */
  submit: string;
  testId: string;
  busy: boolean;
  /** Why it could not be saved, and what is said where that is not known. */
  error: Error | null;
  failed: string;
  /** In place of "Cancel". */
  instead?: ReactNode;
  onSubmit: () => void;
  onClose: () => void;
}

/** A dialog that is one form: Enter sends it, the first wrong field then has the focus, a failure stands below it. */
export function FormDialog(props: FormDialogProps) {
  const { title, description, children, submit, testId, busy, error, failed, instead, onSubmit, onClose } = props;
  const { t } = useTranslation("common");
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [tries]);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit();
    setTries((before) => before + 1);
  };
  return (
    <Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      title={title}
      description={description}
      footer={
        <>
          {instead ?? <Button onClick={onClose}>{t("cancel")}</Button>}
          <Button type="submit" form={id} variant="primary" busy={busy} data-testid={testId}>
            {submit}
          </Button>
        </>
      }
    >
      <form ref={form} id={id} onSubmit={send} className="flex flex-col gap-4">
        {children}
      </form>
      {error !== null && <ProblemNotice error={error} otherwise={failed} />}
    </Dialog>
  );
}
