import { FailedState } from "@nexbasira/ui/failed-state.tsx";
import { Progress } from "@nexbasira/ui/progress.tsx";
import { useTranslation } from "react-i18next";
import type { Verification } from "./use-verification.ts";

/** A file on its way to a report, or that there can be none, and why. */
export function ReadingState({ verification }: { verification: Exclude<Verification, { state: "done" }> }) {
  const { t } = useTranslation("console");
  if (verification.state === "empty") return null;
  if (verification.state === "reading")
    return <Progress label={t("verify.reading", { name: verification.name })} value={verification.share} />;
  return (
    <div data-testid="verify-failed" data-code={verification.code}>
      <FailedState
        title={t("verify.failed_title", { name: verification.name })}
        safe={t(`verify.failed.${verification.code}`)}
        advice={t("verify.failed_advice")}
        reference={verification.message}
      />
    </div>
  );
}
