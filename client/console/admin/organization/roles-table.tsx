import type { Organization } from "@nexbasira/core/contract/organization.ts";
import { MemberPermission, type Permission, Scope } from "@nexbasira/core/contract/permission.ts";
import { Card } from "@nexbasira/ui/card.tsx";
import { Check, Minus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { PERMISSION_TEXTS } from "../permission-texts.ts";

const PERMISSIONS: readonly Permission[] = [...Scope.options, ...MemberPermission.options];

/** A row for each thing that may be done, a column for each role; on a phone the roles' names stand upright. */
export function RolesTable({ roles }: { roles: Organization["roles"] }) {
  const { t } = useTranslation("console");
  return (
    <Card padded={false}>
      <table className="w-full text-left text-sm">
        <thead>
          <tr className="border-b border-line bg-sunken text-xs text-muted">
            <th scope="col" className="py-2.5 pr-3 pl-5 align-bottom font-medium">
              {t("admin.organization.columns.may")}
            </th>
            {roles.map(({ name }) => (
              <th
                key={name}
                scope="col"
                className="px-1 py-2.5 align-bottom font-medium max-sm:w-10 sm:w-28 sm:text-center"
              >
                <span className="max-sm:rotate-180 max-sm:[writing-mode:vertical-rl]">{t(`member_roles.${name}`)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {PERMISSIONS.map((permission) => (
            <tr key={permission} className="border-b border-line last:border-b-0">
              <th scope="row" className="py-2.5 pr-3 pl-5 font-normal text-ink">
                {t(PERMISSION_TEXTS[permission])}
              </th>
              {roles.map(({ name, permissions }) => (
                <td key={name} className="px-1 py-2.5 text-center">
                  {permissions.includes(permission) ? (
                    <Check size={16} aria-label={t("admin.organization.yes")} className="inline text-success-text" />
                  ) : (
                    <Minus size={16} aria-label={t("admin.organization.no")} className="inline text-subtle" />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
