import { buttonClass } from "@nexbasira/ui/button.tsx";
import { LanguageSwitch } from "@nexbasira/ui/language-switch.tsx";
import { Eye, Fingerprint, type LucideIcon, ScrollText } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Wordmark } from "../common/wordmark.tsx";
import { EvidencePicture } from "./evidence-picture.tsx";

const PARTS: { name: "see" | "capture" | "prove"; icon: LucideIcon }[] = [
  { name: "see", icon: Eye },
  { name: "capture", icon: Fingerprint },
  { name: "prove", icon: ScrollText },
];

/** What a running server shows to whoever opens its address: what it is, and the way in. */
export function LandingPage() {
  const { t } = useTranslation("console");
  useEffect(() => {
    document.title = "NexBasira";
  }, []);
  return (
    <div className="flex min-h-dvh flex-col bg-base">
      <header className="mx-auto flex w-full max-w-6xl items-center justify-between gap-4 px-4 py-4 sm:px-6">
        <Wordmark />
        <div className="flex items-center gap-2">
          <LanguageSwitch />
          <Link to="/console/sessions" className={`${buttonClass("secondary", "medium")} max-sm:hidden`}>
            {t("landing.sign_in")}
          </Link>
        </div>
      </header>
      <main className="flex flex-1 flex-col">
        <section className="mx-auto grid w-full max-w-6xl flex-1 items-center gap-10 px-4 py-10 sm:px-6 lg:grid-cols-[minmax(0,1fr)_27rem] lg:gap-16 lg:py-16">
          <div className="flex flex-col items-start gap-6">
            <h1 className="max-w-xl text-xl font-semibold sm:text-2xl">{t("landing.title")}</h1>
            <p className="max-w-lg text-base text-muted">{t("landing.text")}</p>
            <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
              <Link to="/console/sessions" className={buttonClass("primary", "touch")}>
                {t("landing.enter")}
              </Link>
            </div>
            <p className="text-sm text-muted">{t("landing.invited")}</p>
          </div>
          <EvidencePicture />
        </section>
        <section aria-label={t("landing.parts")} className="border-t border-line bg-sunken">
          <ul className="mx-auto grid w-full max-w-6xl gap-8 px-4 py-10 sm:px-6 md:grid-cols-3">
            {PARTS.map(({ name, icon: Icon }) => (
              <li key={name} className="flex flex-col gap-2">
                <Icon size={24} aria-hidden className="mb-1 text-accent-text" />
                <h2 className="text-base font-semibold">{t(`landing.${name}`)}</h2>
                <p className="text-sm text-muted">{t(`landing.${name}_text`)}</p>
              </li>
            ))}
          </ul>
        </section>
      </main>
      <footer className="border-t border-line bg-sunken">
        <p className="mx-auto w-full max-w-6xl px-4 py-4 text-sm text-muted sm:px-6">{t("landing.footer")}</p>
      </footer>
    </div>
  );
}
