import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Outlet, useLocation } from "react-router";
import { useSessionNotices } from "../api/use-session-notices.ts";
import { Rail } from "./rail.tsx";

/**
 * What stays around every page of the console: the rail, and the stream that keeps the pages current. Shows the route's
 * own page where it has no children.
 */
export function ConsoleFrame({ children }: { children?: ReactNode }) {
  const { t } = useTranslation("console");
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(pathname);
  useSessionNotices();
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    // Otherwise the keyboard and the screen reader stay at the link that is gone.
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#content"
        className="sr-only rounded-control bg-raised px-4 py-2 text-sm font-medium shadow-float focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        {t("frame.skip")}
      </a>
      <Rail />
      <main
        ref={main}
        id="content"
        tabIndex={-1}
        className="relative min-h-0 min-w-0 flex-1 overflow-y-auto outline-none"
      >
        {children ?? <Outlet />}
      </main>
    </div>
  );
}
