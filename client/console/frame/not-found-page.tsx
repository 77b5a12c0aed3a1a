import { buttonClass } from "@nexbasira/ui/button.tsx";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { Compass } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePageTitle } from "../common/use-page-title.ts";

/** For an address that leads nowhere. */
export function NotFoundPage() {
  const { t } = useTranslation("console");
  usePageTitle(t("not_found.title"));
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState
        icon={Compass}
        title={t("not_found.title")}
        text={t("not_found.text")}
        action={
          <Link to="/console/sessions" className={buttonClass("secondary", "medium")}>
            {t("not_found.home")}
          </Link>
        }
      />
    </main>
  );
}
