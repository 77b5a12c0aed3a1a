import { TextField } from "@nexbasira/ui/text-field.tsx";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../admin/webhooks/confirm-dialog.tsx";
import { deleteEvidence } from "../api/retention.ts";
import type { HoldDialogProps } from "./hold-dialogs.tsx";
import { useRereadSession } from "./use-reread-session.ts";

/** Asks for the session's reference, typed again, before its contents are deleted for good. */
export function DeleteEvidenceDialog({ session, open, onClose }: HoldDialogProps) {
  const { t } = useTranslation("console");
  const reread = useRereadSession(session.id);
  const [typed, setTyped] = useState("");
  const remove = useMutation({
    mutationFn: () => deleteEvidence(session.id, typed),
    onSuccess: async () => {
      onClose();
      await reread();
    },
  });
  const close = () => {
    setTyped("");
    remove.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      open={open}
      onClose={close}
      title={t("retention.delete_title", { reference: session.reference })}
      text={t("retention.delete_text")}
      confirm={t("retention.delete")}
      danger
      disabled={typed !== session.reference}
      busy={remove.isPending}
      error={remove.error}
      otherwise={t("retention.not_changed")}
      known={{ legal_hold: t("retention.refused_held"), conflict: t("retention.refused_open") }}
      onConfirm={() => remove.mutate()}
    >
      <TextField
        label={t("retention.type_again", { text: session.reference })}
        name="confirm"
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </ConfirmDialog>
  );
}
