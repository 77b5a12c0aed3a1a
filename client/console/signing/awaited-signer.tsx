import type { SessionDetail, SessionSigning } from "@nexbasira/core/contract/console.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { CopyButton } from "@nexbasira/ui/copy-button.tsx";
import { Dialog } from "@nexbasira/ui/dialog.tsx";
import { RotateCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNotice } from "../admin/problem-notice.tsx";
import { askSignerAgain, stopAwaitingSigner } from "../api/signing.ts";
import { CodeRecipientDialog } from "./code-recipient-dialog.tsx";
import { useSigningMutation } from "./use-signing-mutation.ts";

type Request = NonNullable<SessionSigning["request"]>;

/** What can be done while the report waits for its participant: send the link again, or wait no longer. */
export function AwaitedSigner({ detail, request }: { detail: SessionDetail; request: Request }) {
  const { t } = useTranslation(["console", "common"]);
  const { session, signing } = detail;
  const [open, setOpen] = useState<"recipient" | "stop" | null>(null);
  const again = useSigningMutation<void>(session.id, askSignerAgain);
  const stop = useSigningMutation<void>(session.id, stopAwaitingSigner);
  const { message } = request;
  return (
    <div data-testid="awaited-signer" className="flex flex-col items-center gap-3 text-sm">
      {request.problem !== null && (
        <p role="alert" className="rounded-control bg-warning-soft px-3 py-2.5 text-warning-text">
          {t("signer.problem", { problem: request.problem })}
        </p>
      )}
      {signing.code_recipient === null ? (
        <p className="text-warning-text">{t(request.level === "qes" ? "signer.nowhere_link" : "signer.nowhere")}</p>
      ) : (
        message !== null && (
          <p className={message.status === "failed" ? "text-danger-text" : "text-muted"}>
            {t(`signer.message_${message.status}`, { to: signing.code_recipient.sent_to })}
            {message.problem !== null && ` ${message.problem}`}
          </p>
        )
      )}
      <div className="flex flex-wrap justify-center gap-2">
        {signing.code_recipient === null ? (
          <Button size="small" variant="primary" onClick={() => setOpen("recipient")} data-testid="set-recipient">
            {t("signer.recipient")}
          </Button>
        ) : (
          <Button
            size="small"
            icon={RotateCw}
            busy={again.isPending}
            onClick={() => again.mutate()}
            data-testid="ask-signer-again"
          >
            {t("signer.again")}
          </Button>
        )}
        <CopyButton text={session.join_url} label={t("invitation.copy")} size="small" />
        <Button size="small" variant="quiet" onClick={() => setOpen("stop")} data-testid="stop-awaiting">
          {t("signer.stop")}
        </Button>
      </div>
      {again.error !== null && <ProblemNotice error={again.error} otherwise={t("signer.again_failed")} />}
      {open === "recipient" && (
        <CodeRecipientDialog
          sessionId={session.id}
          onClose={() => setOpen(null)}
          onDone={() => {
            setOpen(null);
            again.mutate();
          }}
          onWithout={undefined}
        />
      )}
      <Dialog
        open={open === "stop"}
        onOpenChange={(next) => !next && setOpen(null)}
        title={t("signer.stop_title")}
        description={t("signer.stop_text", { name: request.name })}
        footer={
          <>
            <Button onClick={() => setOpen(null)}>{t("signer.stop_keep")}</Button>
            <Button
              variant="danger"
              busy={stop.isPending}
              onClick={() => stop.mutate(undefined, { onSuccess: () => setOpen(null) })}
              data-testid="confirm-stop"
            >
              {t("signer.stop_confirm")}
            </Button>
          </>
        }
      >
        {stop.error !== null && <ProblemNotice error={stop.error} otherwise={t("signer.stop_failed")} />}
      </Dialog>
    </div>
  );
}
