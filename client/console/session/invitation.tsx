import type { InvitationState } from "@nexbasira/core/contract/console.ts";
import type { Session } from "@nexbasira/core/contract/session.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { CopyButton } from "@nexbasira/ui/copy-button.tsx";
import { formatTime } from "@nexbasira/ui/format.ts";
import { QrCode } from "@nexbasira/ui/qr-code.tsx";
import type { StatusKind } from "@nexbasira/ui/status.ts";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../api/keys.ts";
import { sendInvitation } from "../api/sessions.ts";

export interface InvitationProps {
  session: Session;
  /** The link by an address that phones reach, where that is another one. */
  phoneUrl?: string | null | undefined;
  /** Undefined until it is known. */
  messages: readonly InvitationState[] | undefined;
}

/** The participant's way in: the link, its code for a phone's camera, and how the message that carries it fares. */
export function Invitation({ session, phoneUrl, messages }: InvitationProps) {
  const { t } = useTranslation("console");
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-start gap-4">
        <QrCode
          text={phoneUrl ?? session.join_url}
          label={t("invitation.qr")}
          className="size-36 shrink-0 border border-line"
        />
        <div className="flex min-w-48 flex-1 flex-col gap-2">
          <p className="text-sm font-medium">{t("invitation.link")}</p>
          <p data-testid="join-url" className="font-mono text-xs break-all text-muted select-all">
            {session.join_url}
          </p>
          <div>
            <CopyButton text={session.join_url} label={t("invitation.copy")} size="small" />
          </div>
        </div>
      </div>
      {session.participant.channel !== "link" && <Messages session={session} messages={messages} />}
    </div>
  );
}

const KINDS: Record<InvitationState["status"], StatusKind> = { waiting: "info", sent: "success", failed: "danger" };

/** Messages shown; older ones are in the audit log. */
const SHOWN = 3;

function Messages({ session, messages = [] }: InvitationProps) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const newestFirst = messages
    .filter((message) => message.channel !== "link")
    .toSorted((a, b) => b.created_at.localeCompare(a.created_at));
  return (
    <div className="flex flex-col gap-3 border-t border-line pt-4">
      <ul className="flex flex-col gap-2" aria-live="polite">
        {newestFirst.slice(0, SHOWN).map((message) => (
          <li key={message.id} data-testid="message-state" data-state={message.status} className="flex flex-col gap-1">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
              <StatusPill kind={KINDS[message.status]} label={t(`invitation.${message.status}`)} />
              <span className="text-muted">
                {t(`channel.${message.channel}`)} · {message.to} ·{" "}
                <time dateTime={message.created_at}>{formatTime(message.created_at, language)}</time>
              </span>
            </div>
            {message.problem !== null && <p className="text-sm text-danger-text">{message.problem}</p>}
          </li>
        ))}
      </ul>
      <SendAgain session={session} />
    </div>
  );
}

function SendAgain({ session }: { session: Session }) {
  const { t } = useTranslation("console");
  const queryClient = useQueryClient();
  const send = useMutation({
    mutationFn: () => sendInvitation(session.id, {}),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.session(session.id) }),
  });
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button size="small" icon={RotateCw} busy={send.isPending} onClick={() => send.mutate()}>
        {t("invitation.again")}
      </Button>
      {send.isError && (
        <p role="alert" className="text-sm text-danger-text">
          {t("invitation.again_failed")}
        </p>
      )}
    </div>
  );
}
