import type { Brand } from "@nexbasira/core/contract/join.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import type { CaptureQueue } from "@nexbasira/ui/capture/capture-queue.ts";
import { CircleCheckBig, CircleSlash2, DoorOpen } from "lucide-react";
import { useTranslation } from "react-i18next";
import { MessagePage } from "../link/message-page.tsx";
import { OwnCopy } from "./own-copy.tsx";
import { UnsentCaptures } from "./unsent-captures.tsx";

const ICONS = { completed: CircleCheckBig, cancelled: CircleSlash2, expired: CircleCheckBig, left: DoorOpen };

export interface EndPageProps {
  brand: Brand;
  ending: "completed" | "cancelled" | "expired" | "left";
  queue: CaptureQueue;
  onEmpty: () => void;
  /** Only after leaving by one's own will: the session goes on. */
  onReturn: () => void;
  /** The link's. */
  token: string;
}

/** Thanks, what was sent, and what is still on its way. */
export function EndPage({ brand, ending, queue, onEmpty, onReturn, token }: EndPageProps) {
  const { t } = useTranslation("participant");
  return (
    <div data-testid="end" data-ending={ending}>
      <MessagePage
        brand={brand}
        icon={ICONS[ending]}
        title={t(`end.${ending}.title`)}
        {...(ending === "left" && {
          action: (
            <Button variant="primary" size="large" block onClick={onReturn} data-testid="return">
              {t("end.return")}
            </Button>
          ),
        })}
      >
        <p>{t(`end.${ending}.text`, { brand: brand.name })}</p>
        <UnsentCaptures queue={queue} onEmpty={onEmpty} />
        {ending === "completed" && <OwnCopy token={token} />}
      </MessagePage>
    </div>
  );
}
