import type { SessionDetail } from "@nexbasira/core/contract/console.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { formatDate } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { Scale, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { may } from "../identity/may.ts";
import { useMember } from "../identity/member-context.ts";
import { DeleteEvidenceDialog } from "./delete-evidence-dialog.tsx";
import { HoldDialog, ReleaseDialog } from "./hold-dialogs.tsx";

/** Until when the session's evidence is kept, what holds it, and what its keepers can do about it. */
export function RetentionCard({ detail }: { detail: SessionDetail }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const me = useMember();
  const [asking, setAsking] = useState<"hold" | "release" | "delete">();
  const { session, retained } = detail;
  const { legal_hold: hold, evidence_until: until } = retained;
  if (retained.evidence_deletion !== null) return null;
  const close = () => setAsking(undefined);
  return (
    <Card className="flex flex-col gap-4" data-testid="retention-card">
      <h2 className="text-base font-semibold">{t("retention.title")}</h2>
      <div className="flex flex-col gap-1 text-sm">
        <p>{until === null ? t("retention.for_ever") : t("retention.until", { date: formatDate(until, language) })}</p>
        {hold !== null && (
          <p className="break-words text-muted">{t("retention.held_because", { reason: hold.reason })}</p>
        )}
      </div>
      {may(me, "retention:write") && (
        <div className="flex flex-wrap gap-2">
          <Button icon={Scale} onClick={() => setAsking(hold === null ? "hold" : "release")}>
            {hold === null ? t("retention.hold") : t("retention.release")}
          </Button>
          {may(me, "evidence:delete") && hold === null && (
            <Button icon={Trash2} variant="quiet" onClick={() => setAsking("delete")}>
              {t("retention.delete")}
            </Button>
          )}
        </div>
      )}
      <HoldDialog session={session} open={asking === "hold"} onClose={close} />
      <ReleaseDialog session={session} open={asking === "release"} onClose={close} />
      <DeleteEvidenceDialog session={session} open={asking === "delete"} onClose={close} />
    </Card>
  );
}
