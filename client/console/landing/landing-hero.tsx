import type { Landing } from "@nexbasira/core/contract/sandbox.ts";
import { buttonClass } from "@nexbasira/ui/button.tsx";
import { Skeleton } from "@nexbasira/ui/skeleton.tsx";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { EvidencePicture } from "./evidence-picture.tsx";
import { SandboxOffer } from "./sandbox-offer.tsx";

/** What the product is, with the first thing to do: a sandbox where the server makes them, else the console. */
export function LandingHero({ landing, isPending }: { landing: Landing | undefined; isPending: boolean }) {
  const { t } = useTranslation("console");
  return (
    <section className="mx-auto grid w-full max-w-6xl flex-1 items-center gap-10 px-4 py-10 sm:px-6 lg:grid-cols-[minmax(0,1fr)_27rem] lg:gap-16 lg:py-16">
      <div className="flex flex-col gap-6">
        <h1 className="max-w-xl text-xl font-semibold sm:text-2xl">{t("landing.title")}</h1>
        <p className="max-w-lg text-base text-muted">{t("landing.text")}</p>
        {isPending && <Skeleton className="h-56 lg:max-w-lg" />}
        {landing?.sandbox && <SandboxOffer landing={landing} />}
        {!isPending && !landing?.sandbox && (
          <div className="flex flex-wrap gap-3">
            <Link to="/console/sessions" className={buttonClass("primary", "touch")}>
              {t("landing.enter")}
            </Link>
            <a href="/docs" className={buttonClass("secondary", "touch")}>
              {t("landing.documents")}
            </a>
          </div>
        )}
        <p className="max-w-lg text-sm text-muted">{t("landing.invited")}</p>
      </div>
      <EvidencePicture />
    </section>
  );
}
