import type { Retention } from "@nexbasira/core/contract/organization.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../../api/keys.ts";
import { updateRetention } from "../../api/retention.ts";
import { ProblemNotice } from "../problem-notice.tsx";
import { DaysField } from "./days-field.tsx";
import { daysOf, draftOf, type RetentionDraft } from "./retention-draft.ts";

/** The organization's rules. A shorter time than before deletes at the next full hour, so that is said before it is saved. */
export function RulesForm({ retention }: { retention: Retention }) {
  const { t } = useTranslation("console");
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<RetentionDraft>(() => draftOf(retention));
  const rules = daysOf(draft);
  const save = useMutation({
    mutationFn: updateRetention,
    onSuccess: async () => {
      showToast({ kind: "success", text: t("admin.retention.saved") });
      await queryClient.invalidateQueries({ queryKey: queryKeys.organizations });
      await queryClient.invalidateQueries({ queryKey: queryKeys.retention });
    },
  });
  const isChanged =
    rules === undefined ||
    rules.evidence_days !== retention.evidence_days ||
    rules.personal_data_days !== retention.personal_data_days;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (rules !== undefined) save.mutate(rules);
  };
  return (
    <Card>
      <form onSubmit={submit} className="flex flex-col gap-5" data-testid="retention-rules">
        <div className="grid gap-x-8 gap-y-6 md:grid-cols-2">
          <DaysField
            name="evidence"
            label={t("admin.retention.evidence")}
            hint={t("admin.retention.evidence_text")}
            value={draft.evidence}
            onChange={(evidence) => setDraft({ ...draft, evidence })}
          />
          <DaysField
            name="people"
            label={t("admin.retention.people")}
            hint={t("admin.retention.people_text")}
            value={draft.people}
            onChange={(people) => setDraft({ ...draft, people })}
          />
        </div>
        {save.error !== null && <ProblemNotice error={save.error} otherwise={t("admin.retention.not_saved")} />}
        <div className="flex flex-wrap items-center justify-end gap-x-4 gap-y-2">
          <p className="min-w-0 flex-1 basis-60 text-sm text-muted">{t("admin.retention.rules_note")}</p>
          <Button
            type="submit"
            variant="primary"
            data-testid="save-retention"
            disabled={!isChanged || rules === undefined}
            busy={save.isPending}
          >
            {t("admin.retention.save")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
