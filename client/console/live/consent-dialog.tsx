import { Button } from "@nexbasira/ui/button.tsx";
import { Dialog } from "@nexbasira/ui/dialog.tsx";
import { useTranslation } from "react-i18next";

export interface ConsentDialogProps {
  open: boolean;
  /** Whether voice and camera may be recorded. */
  onAnswer: (recording: boolean) => void;
}

/** Asks a member once, before they enter a session that is recorded. Nothing is sent before the answer. */
export function ConsentDialog({ open, onAnswer }: ConsentDialogProps) {
  const { t } = useTranslation("console");
  return (
    <Dialog
      open={open}
      onOpenChange={() => undefined}
      locked
      wide
      title={t("staff_consent.title")}
      description={t("staff_consent.text")}
      footer={
        <>
          <Button data-testid="enter-unrecorded" onClick={() => onAnswer(false)}>
            {t("staff_consent.refuse")}
          </Button>
          <Button variant="primary" data-testid="agree-recording" onClick={() => onAnswer(true)}>
            {t("staff_consent.agree")}
          </Button>
        </>
      }
    >
      <p className="text-sm text-muted">{t("staff_consent.later")}</p>
    </Dialog>
  );
}
