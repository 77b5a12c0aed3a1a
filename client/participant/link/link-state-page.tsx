import type { Brand, JoinState } from "@nexbasira/core/contract/join.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import {
  CalendarX2,
  CircleCheckBig,
  CircleSlash2,
  Link2Off,
  type LucideIcon,
  RefreshCw,
  Undo2,
  Unplug,
} from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { MessagePage } from "./message-page.tsx";

/**
 * Why a link does not lead into a session. `unreachable`: it could not be asked. `nowhere`: a way back from a signing
 * service that was used before, or began in another browser.
 */
export type DeadLink = Exclude<JoinState, "open"> | "unknown" | "unreachable" | "nowhere";

const ICONS: Record<DeadLink, LucideIcon> = {
  unknown: Link2Off,
  expired: CalendarX2,
  cancelled: CircleSlash2,
  replaced: RefreshCw,
  completed: CircleCheckBig,
  unreachable: Unplug,
  nowhere: Undo2,
};

export interface LinkStatePageProps {
  state: DeadLink;
  brand: Brand | null;
  onRetry?: () => void;
  /** What this phone still has to send, and what the person may take along. */
  children?: ReactNode;
}

/** A link that leads nowhere: what happened, and what to do. */
export function LinkStatePage({ state, brand, onRetry, children }: LinkStatePageProps) {
  const { t } = useTranslation("participant");
  return (
    <div data-testid="link-state" data-state={state}>
      <MessagePage
        brand={brand}
        icon={ICONS[state]}
        title={t(`link.${state}.title`)}
        {...(state === "unreachable" && {
          action: (
            <Button variant="primary" size="large" block onClick={onRetry}>
              {t("retry")}
            </Button>
          ),
        })}
      >
        <p>{t(`link.${state}.what`)}</p>
        <p>{t(`link.${state}.todo`)}</p>
        {children}
      </MessagePage>
    </div>
  );
}
