import type { SessionDetail } from "@nexbasira/core/contract/console.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Button } from "@nexbasira/ui/button.tsx";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import type { RoomConnection, RoomSnapshot } from "@nexbasira/ui/room/room-connection.ts";
import { useRoom } from "@nexbasira/ui/room/use-room.ts";
import { Spinner } from "@nexbasira/ui/spinner.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useQueryClient } from "@tanstack/react-query";
import { MonitorSmartphone, ShieldX } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../api/keys.ts";
import { useMember } from "../identity/member-context.ts";
import { ConsentDialog } from "./consent-dialog.tsx";
import { LiveRoom } from "./live-room.tsx";
import type { OwnConsent } from "./people-panel.tsx";
import { type RecordingConsent, storeConsent, storedConsent } from "./recording-consent.ts";
import { useLiveConnection } from "./use-live-connection.ts";

/** A session that is open: enters its room, and stays in it until the session ends or the page is left. */
export default function LivePage({ detail }: { detail: SessionDetail }) {
  const me = useMember();
  const language = useLanguage();
  const { session } = detail;
  const [attempt, setAttempt] = useState(0);
  const [consent, setConsent] = useState(() => storedConsent(me.user.id));
  // A session that is never recorded needs no consent.
  const [unasked] = useState<RecordingConsent>({ recording: false, language });
  const [asking, setAsking] = useState(false);
  const entered = useLiveConnection({
    sessionId: session.id,
    role: me.role === "observer" ? "observer" : "inspector",
    consent: session.recording ? consent : unasked,
    attempt,
  });
  const again = () => setAttempt((count) => count + 1);
  const answer = (recording: boolean) => {
    const given = { recording, language };
    storeConsent(me.user.id, given);
    if (recording !== consent?.recording) setConsent(given);
    setAsking(false);
  };
  return (
    <>
      {entered.state === "entering" && <Entering />}
      {entered.state === "failed" && <ApiFailed error={entered.error} onRetry={again} />}
      {entered.state === "in" && (
        <Entered
          detail={detail}
          connection={entered.connection}
          consent={
            session.recording ? { given: consent?.recording === true, change: () => setAsking(true) } : undefined
          }
          onEnterAgain={again}
        />
      )}
      <ConsentDialog open={session.recording && (asking || consent === undefined)} onAnswer={answer} />
    </>
  );
}

interface EnteredProps {
  detail: SessionDetail;
  connection: RoomConnection;
  consent: OwnConsent | undefined;
  onEnterAgain: () => void;
}

function Entered({ detail, connection, consent, onEnterAgain }: EnteredProps) {
  const snapshot = useRoom(connection);
  const queryClient = useQueryClient();
  const { id } = detail.session;
  const isOver = snapshot.phase === "ended";
  useEffect(() => {
    // What it is now decides what this page shows next.
    if (isOver) void queryClient.invalidateQueries({ queryKey: queryKeys.session(id) });
  }, [isOver, queryClient, id]);
  if (isOver) {
    return (
      <div className="grid h-full place-items-center">
        <Over ending={snapshot.ending} onEnterAgain={onEnterAgain} />
      </div>
    );
  }
  if (snapshot.room === null) return <Entering />;
  return (
    <LiveRoom detail={detail} connection={connection} snapshot={snapshot} room={snapshot.room} consent={consent} />
  );
}

function Entering() {
  const { t } = useTranslation("console");
  return (
    <div role="status" className="grid h-full place-items-center">
      <p className="flex items-center gap-3 text-sm text-muted">
        <Spinner />
        {t("live.entering")}
      </p>
    </div>
  );
}

function Over({ ending, onEnterAgain }: { ending: RoomSnapshot["ending"]; onEnterAgain: () => void }) {
  const { t } = useTranslation("console");
  if (ending === "replaced") {
    return (
      <EmptyState
        icon={MonitorSmartphone}
        title={t("live.replaced")}
        text={t("live.replaced_text")}
        action={
          <Button variant="primary" onClick={onEnterAgain}>
            {t("live.take_over")}
          </Button>
        }
      />
    );
  }
  if (ending === "refused" || ending === "left") {
    return (
      <EmptyState
        icon={ShieldX}
        title={t("live.refused")}
        text={t("live.refused_text")}
        action={<Button onClick={onEnterAgain}>{t("live.enter_again")}</Button>}
      />
    );
  }
  return (
    <p role="status" className="flex items-center gap-3 text-sm text-muted">
      <Spinner />
      {t("live.over")}
    </p>
  );
}
