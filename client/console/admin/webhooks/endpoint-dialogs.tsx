import type { WebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { queryKeys } from "../../api/keys.ts";
import { deleteEndpoint, updateEndpoint } from "../../api/webhooks.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";

interface EndpointDialogProps {
  endpoint: WebhookEndpoint;
  open: boolean;
  onClose: () => void;
}

/** Asks before nothing more is sent to an endpoint: what happens meanwhile is not kept for it. */
export function PauseDialog({ endpoint, open, onClose }: EndpointDialogProps) {
  const { t } = useTranslation("console");
  const queryClient = useQueryClient();
  const pause = useMutation({
    mutationFn: () => updateEndpoint(endpoint.id, { active: false }),
    onSuccess: () => {
      close();
      return queryClient.invalidateQueries({ queryKey: queryKeys.webhooks });
    },
  });
  const close = () => {
    pause.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      open={open}
      onClose={close}
      title={t("admin.webhooks.pause_title")}
      text={t("admin.webhooks.pause_text")}
      confirm={t("admin.webhooks.pause")}
      busy={pause.isPending}
      error={pause.error}
      otherwise={t("admin.webhooks.save_failed")}
      onConfirm={() => pause.mutate()}
    />
  );
}

/** Asks before an endpoint is deleted, and leads back to the others. */
export function DeleteDialog({ endpoint, open, onClose }: EndpointDialogProps) {
  const { t } = useTranslation("console");
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteEndpoint(endpoint.id),
    onSuccess: async () => {
      showToast({ kind: "success", text: t("admin.webhooks.deleted") });
      await navigate("/console/admin/webhooks", { replace: true });
      queryClient.removeQueries({ queryKey: queryKeys.webhookEndpoint(endpoint.id) });
      return queryClient.invalidateQueries({ queryKey: queryKeys.webhookEndpoints });
    },
  });
  const close = () => {
    remove.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      open={open}
      onClose={close}
      title={t("admin.webhooks.delete_title")}
      text={t("admin.webhooks.delete_text")}
      confirm={t("admin.webhooks.delete")}
      danger
      busy={remove.isPending}
      error={remove.error}
      otherwise={t("admin.webhooks.delete_failed")}
      onConfirm={() => remove.mutate()}
    >
      <p className="text-sm font-medium break-all text-ink">{endpoint.url}</p>
    </ConfirmDialog>
  );
}
