import { readVerificationOrigin } from "@nexbasira/core/contract/verification-link.ts";
import { LanguageSwitch } from "@nexbasira/ui/language-switch.tsx";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { Wordmark } from "../common/wordmark.tsx";
import { CameFrom } from "./came-from.tsx";
import { DropArea } from "./drop-area.tsx";
import { OtherPrograms } from "./other-programs.tsx";
import { ReadingState } from "./reading-state.tsx";
import { ReportView } from "./report-view.tsx";
import { TrustChoice } from "./trust-choice.tsx";
import { useTrust } from "./use-trust.ts";
import { useVerification } from "./use-verification.ts";

/**
 * Where the QR code of an evidence file leads: anybody's file is judged here, in the browser, which works without the
 * server once the page is there. What it cannot prove it says as plainly.
 */
export function VerifyPage() {
  const { t } = useTranslation("console");
  const { verification, judge } = useVerification();
  const trust = useTrust();
  const [file, setFile] = useState<File>();
  const { hash } = useLocation();
  const origin = useMemo(() => readVerificationOrigin(hash), [hash]);
  useEffect(() => {
    document.title = `${t("verify.title")} · NexBasira`;
  }, [t]);
  useEffect(() => {
    if (file) judge(file, trust.options);
  }, [file, trust.options, judge]);
  return (
    <div className="flex min-h-dvh flex-col bg-base">
      <header className="mx-auto flex w-full max-w-3xl items-center justify-between gap-4 px-4 py-4 sm:px-6">
        <Wordmark />
        <LanguageSwitch touch />
      </header>
      <main className="mx-auto flex w-full max-w-3xl flex-1 flex-col gap-8 px-4 py-8 sm:px-6">
        <div className="flex flex-col gap-3">
          <h1 className="text-xl font-semibold">{t("verify.title")}</h1>
          <p className="text-base text-muted">{t("verify.text")}</p>
        </div>
        {origin && (
          <CameFrom origin={origin} report={verification.state === "done" ? verification.report : undefined} />
        )}
        <DropArea onFile={setFile} isSmall={file !== undefined} />
        <div aria-live="polite" className="flex flex-col gap-8 empty:hidden">
          {verification.state === "done" ? (
            <ReportView name={verification.name} report={verification.report} />
          ) : (
            <ReadingState verification={verification} />
          )}
        </div>
        <TrustChoice trust={trust} />
        <OtherPrograms />
        <section className="flex flex-col gap-2 rounded-surface border border-line bg-sunken p-5">
          <h2 className="text-base font-semibold">{t("verify.not_proven")}</h2>
          <p className="text-sm text-muted">{t("verify.not_proven_text")}</p>
        </section>
      </main>
    </div>
  );
}
