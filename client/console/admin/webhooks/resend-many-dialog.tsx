import { Skeleton } from "@nexbasira/ui/skeleton.tsx";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../../api/keys.ts";
import { countDeliveries, type DeliveryFilter, resendDeliveries } from "../../api/webhooks.ts";
import { ProblemNotice } from "../problem-notice.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";

export interface ResendManyDialogProps {
  filter: DeliveryFilter;
  open: boolean;
  onClose: () => void;
}

/** Says how many deliveries match before they are all sent again. */
export function ResendManyDialog({ filter, open, onClose }: ResendManyDialogProps) {
  const { t } = useTranslation("console");
  const queryClient = useQueryClient();
  const counted = useQuery({
    queryKey: queryKeys.webhookDeliveries(filter.endpoint, JSON.stringify(["count", filter])),
    queryFn: ({ signal }) => countDeliveries(filter, signal),
    enabled: open,
    staleTime: 0,
    gcTime: 0,
  });
  const resend = useMutation({
    mutationFn: () => resendDeliveries(filter),
    onSuccess: (count) => {
      showToast({ kind: "success", text: t("admin.webhooks.resent", { count }) });
      close();
      return queryClient.invalidateQueries({ queryKey: queryKeys.webhooks });
    },
  });
  const close = () => {
    resend.reset();
    onClose();
  };
  const isCounting = counted.isFetching || counted.data === undefined;
  return (
    <ConfirmDialog
      open={open}
      onClose={close}
      title={t("admin.webhooks.resend_title")}
      text={t("admin.webhooks.resend_text")}
      confirm={t("admin.webhooks.resend")}
      disabled={isCounting || counted.data?.count === 0}
      busy={resend.isPending}
      error={resend.error}
      otherwise={t("admin.webhooks.resend_failed")}
      onConfirm={() => resend.mutate()}
    >
      <div role="status" className="text-sm font-medium text-ink">
        {counted.isError ? (
          <ProblemNotice error={counted.error} otherwise={t("admin.webhooks.count_failed")} />
        ) : isCounting ? (
          <>
            <span className="sr-only">{t("admin.webhooks.counting")}</span>
            <Skeleton className="h-5 w-48" />
          </>
        ) : (
          <span data-testid="resend-count">
            {t(counted.data.more ? "admin.webhooks.match_more" : "admin.webhooks.match", { count: counted.data.count })}
          </span>
        )}
      </div>
    </ConfirmDialog>
  );
}
