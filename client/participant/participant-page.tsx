import type { Brand } from "@nexbasira/core/contract/join.ts";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { type ReactNode, Suspense, useSyncExternalStore } from "react";
import { EndPage } from "./end/end-page.tsx";
import { OwnCopy } from "./end/own-copy.tsx";
import { UnsentCaptures } from "./end/unsent-captures.tsx";
import { LinkStatePage } from "./link/link-state-page.tsx";
import { PageFrame } from "./link/page-frame.tsx";
import { ReplacedPage } from "./link/replaced-page.tsx";
import { LivePage } from "./live/load-call.ts";
import type { ParticipantFlow } from "./participant-flow.ts";
import { AfterEnd } from "./sign/after-end.tsx";
import { useBrand, useLanguageOf } from "./use-invitation.ts";
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
        <MaybeToSign
          token={stage.state === "completed" ? flow.token : null}
          brand={stage.info?.brand ?? null}
          beside={stage.queue && <UnsentCaptures queue={stage.queue} onEmpty={flow.finish} />}
        >
          <LinkStatePage state={stage.state} brand={stage.info?.brand ?? null} onRetry={() => void flow.load()}>
            {stage.queue && <UnsentCaptures queue={stage.queue} onEmpty={flow.finish} />}
            {stage.state === "completed" && <OwnCopy token={flow.token} />}
          </LinkStatePage>
        </MaybeToSign>
      );
    case "welcome":
      return (
        <WelcomePage
          info={stage.info}
          token={flow.token}
          busy={stage.busy}
          error={stage.error}
          onJoin={(consents) => void flow.enter(consents)}
        />
      );
    case "live":
      return (
        <Suspense>
          <LivePage visit={stage.visit} token={flow.token} onLeave={flow.leave} />
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
        <MaybeToSign
          token={stage.ending === "completed" ? flow.token : null}
          brand={stage.info.brand}
          beside={<UnsentCaptures queue={stage.visit.captures} onEmpty={flow.finish} />}
        >
          <EndPage
            brand={stage.info.brand}
            ending={stage.ending}
            queue={stage.visit.captures}
            onEmpty={flow.finish}
            onReturn={() => void flow.comeBack()}
            token={flow.token}
          />
        </MaybeToSign>
      );
  }
}

interface MaybeToSignProps {
  /** Null where nothing can be left to sign. */
  token: string | null;
  brand: Brand | null;
  beside: ReactNode;
  children: ReactNode;
}

/** The report to sign, where there is one; the page of the end otherwise. */
function MaybeToSign({ token, brand, beside, children }: MaybeToSignProps) {
  if (token === null) return children;
  return (
    <AfterEnd
      token={token}
      brand={brand}
      beside={
        <>
          {beside}
          <OwnCopy token={token} />
        </>
      }
    >
      {children}
    </AfterEnd>
  );
}
