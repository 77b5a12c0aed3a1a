import type { Branding } from "@nexbasira/core/contract/branding.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { readBranding } from "../../api/branding.ts";
import { queryKeys } from "../../api/keys.ts";
import { AdminPage } from "../admin-page.tsx";
import { draftOf } from "./branding-draft.ts";
import { BrandingForm } from "./branding-form.tsx";
import { WelcomePreview } from "./welcome-preview.tsx";

/** What participants see of the organization: the form, and their first page beside it as it would be. */
export function BrandingPage() {
  const { t } = useTranslation("console");
  const { data, error, refetch } = useQuery({
    queryKey: queryKeys.branding,
    queryFn: ({ signal }) => readBranding(signal),
  });
  return (
    <AdminPage title={t("admin.branding.title")} text={t("admin.branding.text")}>
      {data !== undefined && <BrandingEditor branding={data} />}
      {data === undefined && error === null && (
        <Card>
          <SkeletonList rows={6} />
        </Card>
      )}
      {data === undefined && error !== null && <ApiFailed error={error} onRetry={() => void refetch()} />}
    </AdminPage>
  );
}

function BrandingEditor({ branding }: { branding: Branding }) {
  const [draft, setDraft] = useState(() => draftOf(branding));
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem] xl:gap-10">
      <BrandingForm branding={branding} draft={draft} onChange={setDraft} />
      <WelcomePreview branding={branding} draft={draft} />
    </div>
  );
}
