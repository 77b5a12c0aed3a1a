import { buttonClass } from "@nexbasira/ui/button.tsx";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { Lock } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, NavLink, Outlet, useLocation } from "react-router";
import { usePageTitle } from "../common/use-page-title.ts";
import { may, mayAdminister } from "../identity/may.ts";
import { useMember } from "../identity/member-context.ts";

const PAGES = [
  { path: "api-keys", label: "admin.api_keys.title", permission: "keys:read" },
  { path: "webhooks", label: "admin.webhooks.title", permission: "webhooks:read" },
  { path: "branding", label: "admin.branding.title", permission: "branding:read" },
  { path: "organization", label: "admin.organization.title", permission: "org:read" },
  { path: "retention", label: "admin.retention.title", permission: "retention:write" },
  { path: "audit", label: "admin.audit.title", permission: "audit:read" },
] as const;

/** The administrator's pages below one row of links; for others, the words that they are not theirs. */
export function AdminFrame() {
  const { t } = useTranslation("console");
  const me = useMember();
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the row is wider than the screen: the page's own link must be in sight.
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [pathname]);
  if (!mayAdminister(me)) return <Refused />;
  return (
    <div className="flex min-h-full flex-col">
      <nav
        ref={nav}
        aria-label={t("admin.navigation")}
        className="sticky top-0 z-20 flex shrink-0 gap-1 overflow-x-auto border-b border-line bg-base px-2 max-sm:gap-0 sm:px-4"
      >
        {PAGES.filter(({ permission }) => may(me, permission)).map(({ path, label }) => (
          <NavLink
            key={path}
            to={path}
            className={({ isActive }) =>
              classNames(
                "-mb-px flex h-11 shrink-0 items-center border-b-2 px-2 text-sm sm:px-2.5 font-medium transition-colors focus-visible:-outline-offset-2",
                isActive ? "border-accent-text text-ink" : "border-transparent text-muted hover:text-ink",
              )
            }
          >
            {t(label)}
          </NavLink>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}

function Refused() {
  const { t } = useTranslation("console");
  const { role, organization } = useMember();
  usePageTitle(t("admin.refused"));
  return (
    <div data-testid="admin-refused" className="grid min-h-full place-items-center">
      <EmptyState
        icon={Lock}
        title={t("admin.refused")}
        text={t("admin.refused_text", { role: t(`member_roles.${role}`), organization: organization.name })}
        action={
          <Link to="/console/sessions" className={buttonClass("secondary", "medium")}>
            {t("not_found.home")}
          </Link>
        }
      />
    </div>
  );
}
