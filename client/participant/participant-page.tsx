import { shadesOf } from "@nexbasira/core/branding/shades-of.ts";
import type { Brand } from "@nexbasira/core/contract/join.ts";
import { showBrand } from "@nexbasira/ui/brand.ts";
import { languageWasChosen } from "@nexbasira/ui/i18n.ts";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { storedTheme } from "@nexbasira/ui/theme.ts";
import { Suspense, useEffect, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { EndPage } from "./end/end-page.tsx";
import { UnsentCaptures } from "./end/unsent-captures.tsx";
import { LinkStatePage } from "./link/link-state-page.tsx";
import { PageFrame } from "./link/page-frame.tsx";
import { ReplacedPage } from "./link/replaced-page.tsx";
import { LivePage } from "./live/load-call.ts";
import type { ParticipantFlow } from "./participant-flow.ts";
import { WelcomePage } from "./welcome/welcome-page.tsx";

/** The page of the link: whichever of its pages the person is on. */
export function ParticipantPage({ flow }: { flow: ParticipantFlow }) {
  const stage = useSyncExternalStore(flow.subscribe, flow.getStage);
  const info = stage.name === "loading" ? null : stage.info;
  useLanguageOf(info?.language);
  useBrand(info?.brand);
  switch (stage.name) {
    case "loading":
      return (
        <PageFrame brand={null}>
          <SkeletonList rows={5} />
        </PageFrame>
      );
    case "dead":
      return (
        <LinkStatePage
          state={stage.state}
          brand={stage.info?.brand ?? null}
          onRetry={() => void flow.load()}
          unsent={stage.queue && <UnsentCaptures queue={stage.queue} onEmpty={flow.finish} />}
        />
      );
    case "welcome":
      return (
        <WelcomePage
          info={stage.info}
          busy={stage.busy}
          error={stage.error}
          onJoin={(consents) => void flow.enter(consents)}
        />
      );
    case "live":
      return (
        <Suspense>
          <LivePage visit={stage.visit} onLeave={flow.leave} />
        </Suspense>
      );
    case "replaced":
      return (
        <ReplacedPage
          brand={stage.info.brand}
          onUseThis={() => void flow.useThisDevice()}
          unsent={<UnsentCaptures queue={stage.visit.captures} onEmpty={flow.finish} />}
        />
      );
    case "ended":
      return (
        <EndPage
          brand={stage.info.brand}
          ending={stage.ending}
          queue={stage.visit.captures}
          onEmpty={flow.finish}
          onReturn={() => void flow.comeBack()}
        />
      );
  }
}

/** The invitation's language, unless the person chose another on this device. */
function useLanguageOf(language: string | undefined): void {
  const { i18n } = useTranslation();
  useEffect(() => {
    if (language !== undefined && !languageWasChosen()) void i18n.changeLanguage(language);
  }, [i18n, language]);
}

/** The organization's colours and name, and its theme where the device has no choice of its own. */
function useBrand(brand: Brand | undefined): void {
  const { name, accent, theme } = brand ?? {};
  useEffect(() => {
    if (name === undefined || accent === undefined) return;
    document.title = name;
    showBrand(document.documentElement, shadesOf(accent));
    if (theme !== undefined && theme !== "system" && storedTheme() === "system") {
      document.documentElement.dataset.theme = theme;
    }
  }, [name, accent, theme]);
}
