import type { OrganizationMember } from "@nexbasira/core/contract/organization.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Avatar } from "@nexbasira/ui/avatar.tsx";
import { Button } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { formatDate } from "@nexbasira/ui/format.ts";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../../api/keys.ts";
import { listMembers } from "../../api/organization.ts";

/** Everybody with an account, page by page. */
export function MembersTable() {
  const { t } = useTranslation("console");
  const pages = useInfiniteQuery({
    queryKey: queryKeys.members,
    queryFn: ({ pageParam, signal }) => listMembers(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const members = pages.data?.pages.flatMap((page) => page.data);
  if (members === undefined) {
    return (
      <Card>
        {pages.error === null ? (
          <SkeletonList rows={3} />
        ) : (
          <ApiFailed error={pages.error} onRetry={() => void pages.refetch()} />
        )}
      </Card>
    );
  }
  return (
    <>
      <Card padded={false}>
        <table className="w-full text-left text-sm">
          <thead>
            <tr className="border-b border-line bg-sunken text-xs text-muted">
              <th scope="col" className="py-2.5 pr-3 pl-5 font-medium">
                {t("admin.organization.columns.name")}
              </th>
              <th scope="col" className="px-3 py-2.5 font-medium max-sm:hidden">
                {t("admin.organization.columns.role")}
              </th>
              <th scope="col" className="py-2.5 pr-5 pl-3 font-medium max-sm:hidden">
                {t("admin.organization.columns.joined")}
              </th>
            </tr>
          </thead>
          <tbody>
            {members.map((member) => (
              <MemberRow key={member.id} member={member} />
            ))}
          </tbody>
        </table>
      </Card>
      {pages.hasNextPage && (
        <Button className="self-center" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t("admin.more")}
        </Button>
      )}
    </>
  );
}

function MemberRow({ member: { name, email, role, joined_at } }: { member: OrganizationMember }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const roleName = role === null ? t("admin.organization.no_role") : t(`member_roles.${role}`);
  return (
    <tr data-testid="member" className="border-b border-line last:border-b-0">
      <th scope="row" className="w-full max-w-0 py-2.5 pr-3 pl-5 font-normal">
        <span className="flex items-center gap-3">
          <Avatar name={name} />
          <span className="min-w-0">
            <span className="block truncate font-medium text-ink">{name}</span>
            <span className="block truncate text-muted">{email}</span>
            <span className="block sm:hidden">{roleName}</span>
          </span>
        </span>
      </th>
      <td className="px-3 py-2.5 whitespace-nowrap max-sm:hidden">{roleName}</td>
      <td className="py-2.5 pr-5 pl-3 whitespace-nowrap text-muted max-sm:hidden">
        <time dateTime={joined_at}>{formatDate(joined_at, language)}</time>
      </td>
    </tr>
  );
}
