import { buttonClass } from "@nexbasira/ui/button.tsx";
import { LanguageSwitch } from "@nexbasira/ui/language-switch.tsx";
import { useQuery } from "@tanstack/react-query";
import { Eye, Fingerprint, type LucideIcon, ScrollText } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { queryKeys } from "../api/keys.ts";
import { readLanding } from "../api/landing.ts";
import { Wordmark } from "../common/wordmark.tsx";
import { LandingHero } from "./landing-hero.tsx";
import { SandboxReady } from "./sandbox-ready.tsx";
import { useSandbox } from "./use-sandbox.ts";

const PARTS: { name: "see" | "capture" | "prove"; icon: LucideIcon }[] = [
  { name: "see", icon: Eye },
  { name: "capture", icon: Fingerprint },
  { name: "prove", icon: ScrollText },
];

/** What a running server shows to whoever opens its address: what it is, a sandbox, and the way in. */
export function LandingPage() {
  const { t } = useTranslation("console");
  const { data: landing, isPending } = useQuery({
    queryKey: queryKeys.landing,
    queryFn: ({ signal }) => readLanding(signal),
  });
  const sandbox = useSandbox();
  useEffect(() => {
    document.title = "NexBasira";
  }, []);
  const enter = landing?.signed_in ? t("landing.enter") : t("landing.sign_in");
  return (
    <div className="flex min-h-dvh flex-col bg-base">
      <header className="mx-auto flex w-full max-w-6xl items-center justify-between gap-4 px-4 py-4 sm:px-6">
        <Wordmark />
        <nav aria-label={t("frame.navigation")} className="flex items-center gap-1 sm:gap-2">
          <a href="/docs" className={`${buttonClass("quiet", "medium")} max-md:hidden`}>
            {t("landing.documents")}
          </a>
          <LanguageSwitch />
          {sandbox === undefined && (
            <Link to="/console/sessions" className={`${buttonClass("secondary", "medium")} max-sm:hidden`}>
              {enter}
            </Link>
          )}
        </nav>
      </header>
      <main className="flex flex-1 flex-col">
        {sandbox === undefined ? (
          <LandingHero landing={landing} isPending={isPending} />
        ) : (
          <SandboxReady sandbox={sandbox} />
        )}
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
      <LandingFooter />
    </div>
  );
}

function LandingFooter() {
  const { t } = useTranslation("console");
  const links = [
    { href: "/docs", text: t("landing.documents") },
    { href: "/v1/openapi.json", text: t("landing.openapi") },
    { href: "/verify", text: t("landing.verify") },
  ];
  return (
    <footer className="border-t border-line bg-sunken">
      <div className="mx-auto flex w-full max-w-6xl flex-wrap items-center justify-between gap-x-8 gap-y-2 px-4 py-4 text-sm text-muted sm:px-6">
        <p>{t("landing.footer")}</p>
        <ul className="flex flex-wrap gap-x-6">
          {links.map(({ href, text }) => (
            <li key={href}>
              <a href={href} className="inline-flex min-h-11 items-center rounded-small hover:text-ink hover:underline">
                {text}
              </a>
            </li>
          ))}
        </ul>
      </div>
    </footer>
  );
}
