import type { JoinInfo } from "@nexbasira/core/contract/join.ts";
import { buttonClass } from "@nexbasira/ui/button.tsx";
import { CheckPanel } from "@nexbasira/ui/room/check-panel.tsx";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { openCheck, readLink } from "../join-api.ts";
import { PageFrame } from "../link/page-frame.tsx";
import { useBrand, useLanguageOf } from "../use-invitation.ts";

/** `/s/{token}/check`: the check by itself. The session is neither entered nor gone on with from here. */
export function CheckPage({ token }: { token: string }) {
  const { t } = useTranslation("common");
  const [info, setInfo] = useState<JoinInfo | null>(null);
  const open = useCallback(() => openCheck(token), [token]);
  const invitation = `/s/${encodeURIComponent(token)}`;
  useLanguageOf(info?.language);
  useBrand(info?.brand);
  useEffect(() => {
    let current = true;
    readLink(token)
      .then((found) => {
        if (found.state !== "open") location.replace(invitation);
        else if (current) setInfo(found);
      })
      // Without an answer the check itself says what does not work.
      .catch(() => undefined);
    return () => {
      current = false;
    };
  }, [token, invitation]);
  return (
    <PageFrame brand={info?.brand ?? null}>
      <h1 className="mb-2 text-xl font-semibold">{t("check.title")}</h1>
      <CheckPanel open={open} touch />
      <a href={invitation} className={`mt-6 ${buttonClass("secondary", "touch", true)}`}>
        {t("back")}
      </a>
    </PageFrame>
  );
}
