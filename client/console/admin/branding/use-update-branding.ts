import type { Branding, UpdateBranding } from "@nexbasira/core/contract/branding.ts";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { updateBranding } from "../../api/branding.ts";
import { queryKeys } from "../../api/keys.ts";

/** Changes the branding and says so. The name stands elsewhere, too: in the account menu and among the organization's facts. */
export function useUpdateBranding(): UseMutationResult<Branding, Error, UpdateBranding> {
  const { t } = useTranslation("console");
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: updateBranding,
    onSuccess: (branding) => {
      queryClient.setQueryData(queryKeys.branding, branding);
      showToast({ kind: "success", text: t("admin.branding.saved") });
      void queryClient.invalidateQueries({ queryKey: queryKeys.me });
      void queryClient.invalidateQueries({ queryKey: queryKeys.organizations });
    },
  });
}
