import type { Session } from "@nexbasira/core/contract/session.ts";
import { Button, buttonClass } from "@nexbasira/ui/button.tsx";
import { SidePanel } from "@nexbasira/ui/side-panel.tsx";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Invitation } from "../session/invitation.tsx";
import { useSessionDetail } from "../session/use-session-detail.ts";
import { NewInspectionForm } from "./new-inspection-form.tsx";

export interface NewInspectionPanelProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Beside the list: first the form, then the link and how its message fares. */
export function NewInspectionPanel({ open, onOpenChange }: NewInspectionPanelProps) {
  const { t } = useTranslation("console");
  const [created, setCreated] = useState<Session>();
  const change = (next: boolean) => {
    if (!next) setCreated(undefined);
    onOpenChange(next);
  };
  return (
    <SidePanel
      open={open}
      onOpenChange={change}
      title={created === undefined ? t("new.title") : t("new.created_title")}
      description={created === undefined ? t("new.text") : undefined}
    >
      {created === undefined ? (
        <NewInspectionForm onCreated={setCreated} />
      ) : (
        <Created session={created} onAnother={() => setCreated(undefined)} />
      )}
    </SidePanel>
  );
}

function Created({ session, onAnother }: { session: Session; onAnother: () => void }) {
  const { t } = useTranslation("console");
  const { data: detail } = useSessionDetail(session.id);
  return (
    <div className="flex flex-col gap-5">
      <p role="status" className="flex items-start gap-2 text-sm text-success-text">
        <CircleCheck size={20} aria-hidden className="shrink-0" />
        {t("new.created", { reference: session.reference, name: session.participant.name })}
      </p>
      <Invitation session={session} phoneUrl={detail?.phone_join_url} messages={detail?.invitations} />
      <div className="flex flex-wrap gap-2 border-t border-line pt-5">
        <Link
          to={`/console/sessions/${session.id}`}
          data-testid="open-session"
          className={buttonClass("primary", "medium")}
        >
          {t("new.open")}
        </Link>
        <Button onClick={onAnother}>{t("new.another")}</Button>
      </div>
    </div>
  );
}
