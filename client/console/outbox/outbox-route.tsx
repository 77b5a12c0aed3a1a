import { buttonClass } from "@nexbasira/ui/button.tsx";
import { LanguageSwitch } from "@nexbasira/ui/language-switch.tsx";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Wordmark } from "../common/wordmark.tsx";
import { ConsoleFrame } from "../frame/console-frame.tsx";
import { MemberContext } from "../identity/member-context.ts";
import { useMe } from "../identity/use-me.ts";
import { OutboxPage } from "./outbox-page.tsx";

/** The outbox within the console for a member; by itself for whoever just started the server. */
export function OutboxRoute() {
  const { t } = useTranslation("console");
  const { data: me, isPending } = useMe();
  if (isPending) return null;
  if (me) {
    return (
      <MemberContext value={me}>
        <ConsoleFrame>
          <OutboxPage owner="organization" />
        </ConsoleFrame>
      </MemberContext>
    );
  }
  return (
    <div className="flex h-dvh flex-col">
      <header className="flex shrink-0 items-center justify-between gap-4 border-b border-line bg-base px-4 py-2 sm:px-6">
        <Link to="/" className="rounded-small">
          <Wordmark />
        </Link>
        <div className="flex items-center gap-2">
          <LanguageSwitch />
          <Link to="/console/sign-in" className={buttonClass("secondary", "medium")}>
            {t("sign_in.submit")}
          </Link>
        </div>
      </header>
      <main className="min-h-0 flex-1 overflow-y-auto">
        <OutboxPage owner="everybody" />
      </main>
    </div>
  );
}
