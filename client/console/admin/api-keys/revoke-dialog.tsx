import type { ApiKey } from "@nexbasira/core/contract/api-key.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { Dialog } from "@nexbasira/ui/dialog.tsx";
import { formatDate, formatTime } from "@nexbasira/ui/format.ts";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { revokeApiKey } from "../../api/api-keys.ts";
import { queryKeys } from "../../api/keys.ts";
import { ProblemNotice } from "../problem-notice.tsx";

export interface RevokeDialogProps {
  /** The key that is to be revoked; undefined closes the dialog. */
  apiKey: ApiKey | undefined;
  onClose: () => void;
}

/** Asks once more, with what helps to judge whether anybody still needs the key. */
export function RevokeDialog({ apiKey, onClose }: RevokeDialogProps) {
  const { t } = useTranslation(["console", "common"]);
  const language = useLanguage();
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: ({ id }: ApiKey) => revokeApiKey(id),
    onSuccess: (_done, { name }) => {
      showToast({ kind: "success", text: t("admin.api_keys.revoked_name", { name }) });
      close();
      return queryClient.invalidateQueries({ queryKey: queryKeys.apiKeyLists });
    },
  });
  const close = () => {
    revoke.reset();
    onClose();
  };
  const used = apiKey?.last_used_at ?? null;
  return (
    <Dialog
      open={apiKey !== undefined}
      onOpenChange={(open) => !open && close()}
      title={t("admin.api_keys.revoke_title", { name: apiKey?.name })}
      description={t("admin.api_keys.revoke_text")}
      footer={
        <>
          <Button onClick={close}>{t("common:cancel")}</Button>
          <Button
            data-testid="confirm-revoke"
            variant="danger"
            busy={revoke.isPending}
            onClick={() => apiKey && revoke.mutate(apiKey)}
          >
            {t("admin.api_keys.revoke_confirm")}
          </Button>
        </>
      }
    >
      <p className="text-sm font-medium text-ink">
        {used === null
          ? t("admin.api_keys.revoke_unused")
          : t("admin.api_keys.revoke_used", { at: `${formatDate(used, language)}, ${formatTime(used, language)}` })}
      </p>
      {revoke.isError && <ProblemNotice error={revoke.error} otherwise={t("admin.api_keys.revoke_failed")} />}
    </Dialog>
  );
}
