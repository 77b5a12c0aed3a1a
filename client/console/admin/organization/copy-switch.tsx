import { Switch } from "@nexbasira/ui/switch.tsx";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../../api/keys.ts";
import { updateOrganization } from "../../api/organization.ts";

/** Whether participants may download the evidence file. */
export function CopySwitch({ allowed }: { allowed: boolean }) {
  const { t } = useTranslation("console");
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (participant_copy: boolean) => updateOrganization({ participant_copy }),
    onSuccess: () =>
      Promise.all(
        (["live", "test"] as const).map((mode) =>
          queryClient.invalidateQueries({ queryKey: queryKeys.organization(mode) }),
        ),
      ),
    onError: () => showToast({ kind: "danger", text: t("admin.organization.copy_failed") }),
  });
  return (
    <Switch
      label={t("admin.organization.copy")}
      description={t("admin.organization.copy_text")}
      checked={change.isPending ? change.variables : allowed}
      disabled={change.isPending}
      onChange={change.mutate}
    />
  );
}
