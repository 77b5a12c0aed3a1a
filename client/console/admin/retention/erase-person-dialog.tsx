import type { PersonSession } from "@nexbasira/core/contract/retention.ts";
import { TextField } from "@nexbasira/ui/text-field.tsx";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../../api/keys.ts";
import { erasePerson } from "../../api/retention.ts";
import { ConfirmDialog } from "../webhooks/confirm-dialog.tsx";

export interface ErasePersonDialogProps {
  open: boolean;
  sessions: readonly PersonSession[];
  onClose: () => void;
  onErased: () => void;
}

/** Asks for the person's name, typed again, before they are made unreadable for good. */
export function ErasePersonDialog({ open, sessions, onClose, onErased }: ErasePersonDialogProps) {
  const { t } = useTranslation("console");
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState("");
  const name = sessions[0]?.name ?? "";
  const erase = useMutation({
    mutationFn: () => erasePerson({ session_ids: sessions.map(({ session_id }) => session_id), name: typed }),
    onSuccess: async ({ erased }) => {
      showToast({ kind: "success", text: t("admin.privacy.erased", { count: erased }) });
      setTyped("");
      onErased();
      await queryClient.invalidateQueries({ queryKey: queryKeys.retention });
    },
  });
  const close = () => {
    setTyped("");
    erase.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      open={open}
      onClose={close}
      title={t("admin.privacy.erase_title", { name })}
      text={t("admin.privacy.erase_text", { count: sessions.length })}
      confirm={t("admin.privacy.erase")}
      danger
      disabled={typed !== name}
      busy={erase.isPending}
      error={erase.error}
      otherwise={t("admin.privacy.not_erased")}
      known={{ legal_hold: t("retention.refused_held"), conflict: t("retention.refused_open") }}
      onConfirm={() => erase.mutate()}
    >
      <TextField
        label={t("retention.type_again", { text: name })}
        name="confirm"
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </ConfirmDialog>
  );
}
