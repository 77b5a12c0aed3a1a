import { Button } from "@nexbasira/ui/button.tsx";
import { Sheet } from "@nexbasira/ui/sheet.tsx";
import { Spinner } from "@nexbasira/ui/spinner.tsx";
import { lazy, Suspense, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { openCheck } from "../join-api.ts";

/** Fetched when it is asked for: the first page has to be usable within three seconds on a slow phone. */
const CheckPanel = lazy(async () => {
  const { CheckPanel: Panel } = await import("@nexbasira/ui/room/check-panel.tsx");
  return { default: Panel };
});

/** The way to the check on the welcome page in a sheet. Nothing of the session is entered. */
export function CheckSheet({ token }: { token: string }) {
  const { t } = useTranslation("common");
  const [shown, setShown] = useState(false);
  const open = useCallback(() => openCheck(token), [token]);
  return (
    <>
      <Button size="touch" variant="quiet" block onClick={() => setShown(true)} data-testid="open-check">
        {t("check.open")}
      </Button>
      <Sheet open={shown} onClose={() => setShown(false)} title={t("check.title")}>
        <Suspense fallback={<Spinner />}>
          <CheckPanel open={open} touch />
        </Suspense>
      </Sheet>
    </>
  );
}
