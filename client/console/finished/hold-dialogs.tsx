import type { Session } from "@nexbasira/core/contract/session.ts";
import { TextArea } from "@nexbasira/ui/text-field.tsx";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../admin/webhooks/confirm-dialog.tsx";
import { removeLegalHold, setLegalHold } from "../api/retention.ts";
import { useRereadSession } from "./use-reread-session.ts";

export interface HoldDialogProps {
  session: Session;
  open: boolean;
  onClose: () => void;
}

/** Asks why the session is held. */
export function HoldDialog({ session, open, onClose }: HoldDialogProps) {
  const { t } = useTranslation("console");
  const reread = useRereadSession(session.id);
  const [reason, setReason] = useState("");
  const hold = useMutation({
    mutationFn: () => setLegalHold(session.id, reason.trim()),
    onSuccess: async () => {
      setReason("");
      onClose();
      await reread();
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={t("retention.hold_title")}
      text={t("retention.hold_text")}
      confirm={t("retention.hold")}
      disabled={reason.trim() === ""}
      busy={hold.isPending}
      error={hold.error}
      otherwise={t("retention.not_changed")}
      onConfirm={() => hold.mutate()}
    >
      <TextArea
        label={t("retention.reason")}
        name="reason"
        maxLength={500}
        hint={t("retention.reason_hint")}
        value={reason}
        onChange={(event) => setReason(event.target.value.replaceAll("\n", " "))}
      />
    </ConfirmDialog>
  );
}

/** Asks before the session can be deleted again. */
export function ReleaseDialog({ session, open, onClose }: HoldDialogProps) {
  const { t } = useTranslation("console");
  const reread = useRereadSession(session.id);
  const release = useMutation({
    mutationFn: () => removeLegalHold(session.id),
    onSuccess: async () => {
      onClose();
      await reread();
    },
  });
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={t("retention.release_title")}
      text={t("retention.release_text")}
      confirm={t("retention.release")}
      busy={release.isPending}
      error={release.error}
      otherwise={t("retention.not_changed")}
      onConfirm={() => release.mutate()}
    />
  );
}
