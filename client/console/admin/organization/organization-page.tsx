import type { Organization } from "@nexbasira/core/contract/organization.ts";
import type { Mode } from "@nexbasira/core/contract/session.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { formatDate, formatNumber } from "@nexbasira/ui/format.ts";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../../api/keys.ts";
import { readOrganization } from "../../api/organization.ts";
import { useMember } from "../../identity/member-context.ts";
import { AdminPage } from "../admin-page.tsx";
import { Segments } from "../segments.tsx";
import { CopySwitch } from "./copy-switch.tsx";
import { MembersTable } from "./members-table.tsx";
import { QuotaList } from "./quota-list.tsx";
import { RolesTable } from "./roles-table.tsx";

/** What the organization may use and has used, who belongs to it, and what each role may do. */
export function OrganizationPage() {
  const { t } = useTranslation("console");
  const { sandbox } = useMember().organization;
  const [mode, setMode] = useState<Mode>(sandbox ? "test" : "live");
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: queryKeys.organization(mode),
    queryFn: ({ signal }) => readOrganization(mode, signal),
    placeholderData: keepPreviousData,
    // Usage counts without telling the console.
    refetchOnMount: "always",
  });
  return (
    <AdminPage title={t("admin.organization.title")} text={t("admin.organization.text")}>
      {data !== undefined && (
        <Parts
          organization={data}
          isOld={isPlaceholderData}
          choice={
            !sandbox && (
              <Segments
                label={t("admin.organization.usage_of")}
                value={mode}
                segments={(["live", "test"] as const).map((value) => ({ value, label: t(`admin.modes.${value}`) }))}
                onChange={setMode}
              />
            )
          }
        />
      )}
      {data === undefined && error === null && (
        <Card>
          <SkeletonList rows={6} />
        </Card>
      )}
      {data === undefined && error !== null && <ApiFailed error={error} onRetry={() => void refetch()} />}
    </AdminPage>
  );
}

interface PartsProps {
  organization: Organization;
  /** Another mode's usage is on its way. */
  isOld: boolean;
  /** Of the mode whose usage is shown. */
  choice: ReactNode;
}

function Parts({ organization, isOld, choice }: PartsProps) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const { id, name, created_at, mode, quotas, rate_limits, roles, sandbox } = organization;
  const perMinute = (count: number) => t("admin.organization.per_minute", { number: formatNumber(count, language) });
  return (
    <>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Part title={t(`admin.organization.usage_${mode}`)} text={t("admin.organization.usage_text")} action={choice}>
          <QuotaList quotas={quotas} isOld={isOld} />
        </Part>
        <Part title={name} text={sandbox ? t("admin.organization.sandbox") : undefined}>
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 text-sm">
            <Fact name={t("admin.organization.id")} value={id} />
            <Fact name={t("admin.organization.since")} value={formatDate(created_at, language)} />
            <Fact name={t("admin.organization.limit_key")} value={perMinute(rate_limits.key)} />
            <Fact name={t("admin.organization.limit_organization")} value={perMinute(rate_limits.organization)} />
          </dl>
        </Part>
      </div>
      <Part title={t("admin.organization.participants")} text={undefined}>
        <CopySwitch allowed={organization.participant_copy} />
      </Part>
      <section className="flex flex-col gap-3">
        <h2 className="font-semibold">{t("admin.organization.members")}</h2>
        <MembersTable />
      </section>
      <section className="flex flex-col gap-3">
        <div className="flex flex-col gap-1">
          <h2 className="font-semibold">{t("admin.organization.roles")}</h2>
          <p className="text-sm text-muted">{t("admin.organization.roles_text")}</p>
        </div>
        <RolesTable roles={roles} />
      </section>
    </>
  );
}

interface PartProps {
  title: string;
  text: string | undefined;
  action?: ReactNode;
  children: ReactNode;
}

function Part({ title, text, action, children }: PartProps) {
  return (
    <Card className="flex flex-col gap-5">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <h2 className="font-semibold break-words">{title}</h2>
        {action}
        {text !== undefined && <p className="w-full text-sm text-muted">{text}</p>}
      </div>
      {children}
    </Card>
  );
}

function Fact({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd data-figures className="font-medium break-words">
        {value}
      </dd>
    </>
  );
}
