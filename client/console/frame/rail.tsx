import { classNames } from "@nexbasira/ui/class-names.ts";
import { ClipboardList, Inbox, type LucideIcon, Settings } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, NavLink } from "react-router";
import { Sign } from "../common/wordmark.tsx";
import { mayAdminister } from "../identity/may.ts";
import { useMember } from "../identity/member-context.ts";
import { AccountMenu } from "./account-menu.tsx";

/** The way between the console's pages: at the left, on a phone at the top. */
export function Rail() {
  const { t } = useTranslation("console");
  const me = useMember();
  return (
    <nav
      aria-label={t("frame.navigation")}
      className="flex shrink-0 items-center gap-1 border-line bg-base px-2 py-1.5 max-md:border-b md:w-20 md:flex-col md:border-r md:px-1.5 md:py-3"
    >
      <Link to="/console/sessions" aria-label={t("frame.home")} className="rounded-control p-1.5 md:mb-3">
        <Sign className="size-8" />
      </Link>
      <RailLink to="/console/sessions" icon={ClipboardList} label={t("frame.sessions")} />
      {(me.development || me.organization.sandbox) && <RailLink to="/outbox" icon={Inbox} label={t("frame.outbox")} />}
      {mayAdminister(me) && <RailLink to="/console/admin" icon={Settings} label={t("frame.admin")} />}
      <div className="flex-1" />
      <AccountMenu />
    </nav>
  );
}

function RailLink({ to, icon: Icon, label }: { to: string; icon: LucideIcon; label: string }) {
  return (
    <NavLink
      to={to}
      className={({ isActive }) =>
        classNames(
          "flex flex-col items-center rounded-control text-center text-xs leading-tight font-medium transition-colors max-md:h-11 max-md:justify-center max-md:gap-0.5 max-md:px-2 md:w-full md:gap-1 md:py-2",
          isActive ? "bg-accent-soft text-accent-text" : "text-muted hover:bg-hover hover:text-ink",
        )
      }
    >
      <Icon size={20} aria-hidden />
      {label}
    </NavLink>
  );
}
