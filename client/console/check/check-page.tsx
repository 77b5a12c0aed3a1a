import { CheckPanel } from "@nexbasira/ui/room/check-panel.tsx";
import { useTranslation } from "react-i18next";
import { openCheck } from "../api/check.ts";

/** `/console/check`: what works for a call on this machine and in this network. */
export function CheckPage() {
  const { t } = useTranslation("common");
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-4 p-6">
      <h1 className="text-xl font-semibold">{t("check.title")}</h1>
      <CheckPanel open={openCheck} />
    </div>
  );
}
