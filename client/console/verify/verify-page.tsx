import { LanguageSwitch } from "@nexbasira/ui/language-switch.tsx";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Wordmark } from "../common/wordmark.tsx";

const STEPS = ["signature", "time", "items", "log"] as const;
const COMMANDS: Partial<Record<(typeof STEPS)[number], string>> = {
  signature: "pdfsig evidence.pdf",
  items: "sha256sum photo.jpg",
};

/** Where the QR code of an evidence file leads: how anybody checks it with programs of their own, and what that proves. */
export function VerifyPage() {
  const { t } = useTranslation("console");
  useEffect(() => {
    document.title = `${t("verify.title")} · NexBasira`;
  }, [t]);
  return (
    <div className="flex min-h-dvh flex-col bg-base">
      <header className="mx-auto flex w-full max-w-3xl items-center justify-between gap-4 px-4 py-4 sm:px-6">
        <Wordmark />
        <LanguageSwitch />
      </header>
      <main className="mx-auto flex w-full max-w-3xl flex-1 flex-col gap-8 px-4 py-8 sm:px-6">
        <div className="flex flex-col gap-3">
          <h1 className="text-xl font-semibold">{t("verify.title")}</h1>
          <p className="text-base text-muted">{t("verify.text")}</p>
        </div>
        <ol className="flex flex-col gap-6">
          {STEPS.map((step, index) => (
            <li key={step} className="flex gap-4">
              <span
                aria-hidden
                className="grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft font-semibold text-accent-text"
              >
                {index + 1}
              </span>
              <div className="flex min-w-0 flex-col gap-1.5">
                <h2 className="text-base font-semibold">{t(`verify.${step}`)}</h2>
                <p className="text-sm text-muted">{t(`verify.${step}_text`)}</p>
                {COMMANDS[step] !== undefined && (
                  <code className="w-fit max-w-full overflow-x-auto rounded-control bg-sunken px-3 py-1.5 font-mono text-sm">
                    {COMMANDS[step]}
                  </code>
                )}
              </div>
            </li>
          ))}
        </ol>
        <section className="flex flex-col gap-2 rounded-surface border border-line bg-sunken p-5">
          <h2 className="text-base font-semibold">{t("verify.not_proven")}</h2>
          <p className="text-sm text-muted">{t("verify.not_proven_text")}</p>
        </section>
      </main>
    </div>
  );
}
