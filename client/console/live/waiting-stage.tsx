import type { SessionDetail } from "@nexbasira/core/contract/console.ts";
import { useTranslation } from "react-i18next";
import { Invitation } from "../session/invitation.tsx";

/** Until the participant is there: their link, and how its message fares. */
export function WaitingStage({ detail, wasThere }: { detail: SessionDetail; wasThere: boolean }) {
  const { t } = useTranslation("console");
  const { session, phone_join_url, invitations } = detail;
  const { name } = session.participant;
  return (
    <div data-testid="waiting" className="flex min-h-0 flex-1 flex-col items-center overflow-y-auto p-4">
      <div className="m-auto flex w-full max-w-lg flex-col gap-5 rounded-surface border border-line bg-base p-5 sm:p-6">
        <div role="status" className="flex flex-col gap-1.5">
          <h2 className="text-lg font-semibold">{t(wasThere ? "live.left" : "live.waiting", { name })}</h2>
          <p className="text-sm text-muted">{t(wasThere ? "live.left_text" : "live.waiting_text")}</p>
        </div>
        <Invitation session={session} phoneUrl={phone_join_url} messages={invitations} />
      </div>
    </div>
  );
}
