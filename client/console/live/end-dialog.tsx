import { Button } from "@nexbasira/ui/button.tsx";
import { Dialog } from "@nexbasira/ui/dialog.tsx";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { isNothingMissing, type Missing } from "./missing.ts";

export interface EndDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Nobody has joined yet: then it is cancelled, and there will be no report. */
  isPending: boolean;
  missing: Missing;
  ending: boolean;
  failed: boolean;
  onConfirm: () => void;
}

/** Asks before the end, and says what the report would lack. */
export function EndDialog({ open, onOpenChange, isPending, missing, ending, failed, onConfirm }: EndDialogProps) {
  const { t } = useTranslation(["console", "common"]);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={isPending ? t("end.cancel_title") : t("end.title")}
      description={isPending ? t("end.cancel_text") : t("end.text")}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t("end.keep")}</Button>
          <Button variant="danger" data-testid="confirm-end" busy={ending} onClick={onConfirm}>
            {isPending ? t("end.cancel") : t("end.confirm")}
          </Button>
        </>
      }
    >
      {!isPending && <MissingList missing={missing} />}
      {failed && (
        <p role="alert" className="rounded-control bg-danger-soft px-3 py-2.5 text-sm text-danger-text">
          {t("end.failed")}
        </p>
      )}
    </Dialog>
  );
}

function MissingList({ missing }: { missing: Missing }) {
  const { t } = useTranslation("console");
  if (isNothingMissing(missing)) {
    return (
      <p className="flex items-start gap-2 text-sm text-success-text">
        <CircleCheck size={20} aria-hidden className="shrink-0" />
        {t("end.complete")}
      </p>
    );
  }
  const lines = [
    missing.signature !== undefined && t(`end.signature_${missing.signature}`),
    missing.captures > 0 && t("end.captures", { number: missing.captures }),
    missing.originals > 0 && t("end.originals", { number: missing.originals }),
    missing.clips > 0 && t("end.clips", { number: missing.clips }),
    missing.failedClips > 0 && t("end.failed_clips", { number: missing.failedClips }),
    missing.boards > 0 && t("end.boards", { number: missing.boards }),
  ].filter((line) => line !== false);
  return (
    <div data-testid="missing" className="flex flex-col gap-2 rounded-control bg-warning-soft px-4 py-3 text-sm">
      <p className="font-semibold text-warning-text">{t("end.missing")}</p>
      <ul className="flex flex-col gap-1.5">
        {lines.map((line) => (
          <li key={line} className="flex items-start gap-2">
            <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0 text-warning-text" />
            {line}
          </li>
        ))}
      </ul>
    </div>
  );
}
