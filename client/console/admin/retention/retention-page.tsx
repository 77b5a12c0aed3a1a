import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../../api/keys.ts";
import { readOrganization } from "../../api/organization.ts";
import { may } from "../../identity/may.ts";
import { useMember } from "../../identity/member-context.ts";
import { AdminPage } from "../admin-page.tsx";
import { PersonPart } from "./person-part.tsx";
import { RetainedSessions } from "./retained-sessions.tsx";
import { RulesForm } from "./rules-form.tsx";

/** How long evidence and personal data are kept, what is held and what is gone, and what is known of one person. */
export function RetentionPage() {
  const { t } = useTranslation("console");
  const me = useMember();
  const mode = me.organization.sandbox ? "test" : "live";
  const { data, error, refetch } = useQuery({
    queryKey: queryKeys.organization(mode),
    queryFn: ({ signal }) => readOrganization(mode, signal),
    refetchOnMount: "always",
  });
  return (
    <AdminPage title={t("admin.retention.title")} text={t("admin.retention.text")}>
      {data === undefined ? (
        <Card>
          {error === null ? <SkeletonList rows={3} /> : <ApiFailed error={error} onRetry={() => void refetch()} />}
        </Card>
      ) : (
        <RulesForm key={JSON.stringify(data.retention)} retention={data.retention} />
      )}
      <RetainedSessions />
      {may(me, "people:write") && <PersonPart />}
    </AdminPage>
  );
}
