import { useTranslation } from "react-i18next";

const STEPS = ["signature", "time", "items", "log"] as const;
const COMMANDS: Partial<Record<(typeof STEPS)[number], string>> = {
  signature: "pdfsig evidence.pdf",
  items: "sha256sum photo.jpg",
  log: "nexbasira-verify --roots roots.pem evidence.pdf",
};

/** How anybody checks a file with programs that are not ours. */
export function OtherPrograms() {
  const { t } = useTranslation("console");
  return (
    <section className="flex flex-col gap-6">
      <h2 className="text-base font-semibold">{t("verify.others_title")}</h2>
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
              <h3 className="text-base font-semibold">{t(`verify.${step}`)}</h3>
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
    </section>
  );
}
